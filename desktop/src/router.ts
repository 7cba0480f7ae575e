/** Addresses of pages; the server gives index.html for each of them. */

import { createRouter, createWebHistory } from 'vue-router'
import { ROUTES } from './pages'

const Nowhere = { render: () => null }

export const router = createRouter({
  history: createWebHistory(),
  routes: [...ROUTES, { path: '/:rest(.*)*', component: Nowhere }],
})
