import { factories } from '@strapi/strapi';

export default factories.createCoreService('api::front-page.front-page');
