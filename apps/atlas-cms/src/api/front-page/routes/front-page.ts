import { factories } from '@strapi/strapi';

export default factories.createCoreRouter('api::front-page.front-page');
