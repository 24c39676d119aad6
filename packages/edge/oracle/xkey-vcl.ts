import { backend } from './varnish.ts';

/**
 * Varnish as a point of presence: `Cache-Tag` as keys of xkey, each within its domain, and a `PURGE`
 * that refreshes with force or without. Whatever Varnish does beyond that is its own.
 */
export function xkeyVcl(origin: string): string {
  return backend(origin, RULES);
}

const RULES = `
import std;
import xkey;

sub vcl_recv {
  if (req.method == "PURGE") {
    # The keys of xkey end at commas and spaces; a domain's tags are its own.
    set req.http.keys = regsuball(req.http.cache-tag, "(^|,)\\s*", "\\1" + req.http.host + "/");
    if (req.http.x-force == "true") { set req.http.gone = xkey.purge(req.http.keys); }
    else { set req.http.gone = xkey.softpurge(req.http.keys); }
    return (synth(200, req.http.gone));
  }
}

sub vcl_miss {
  # It would ask for the body too and keep it; the edge answers HEAD from a copy and never makes one.
  if (req.method == "HEAD") { return (pass); }
}

sub vcl_backend_response {
  if (beresp.http.cache-tag) {
    std.collect(beresp.http.cache-tag);
    set beresp.http.xkey = regsuball(beresp.http.cache-tag, "(^|,)\\s*", "\\1" + bereq.http.host + "/");
  }
  # Nothing stale is served, but asked about; what says nothing of its freshness is not kept.
  set beresp.grace = 0s;
  set beresp.keep = 1h;
  if (!beresp.http.cache-control && !beresp.http.expires) { set beresp.ttl = 0s; }
}

sub vcl_deliver {
  unset resp.http.xkey;
  if (obj.hits > 0) { set resp.http.x-cache = "HIT"; } else { set resp.http.x-cache = "MISS"; }
}
`;
