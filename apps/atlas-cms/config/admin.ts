import type { Core } from '@strapi/strapi';

export default ({ env }: Core.Config.Shared.ConfigParams): Core.Config.Admin => ({
  auth: { secret: env('ADMIN_JWT_SECRET', 'atlas-admin') },
  apiToken: { salt: env('API_TOKEN_SALT', 'atlas-api-token') },
  transfer: { token: { salt: env('TRANSFER_TOKEN_SALT', 'atlas-transfer') } },
  secrets: { encryptionKey: env('ENCRYPTION_KEY', 'atlas-encryption-key-of-32-bytes') },
  autoOpen: false,
  flags: { nps: false, promoteEE: false },
});
