/** Id of the plugin: the first part of its routes and of the keys of its texts. */
export const PLUGIN_ID = 'freshtag';
