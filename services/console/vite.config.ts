import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// `npm run dev` of the page alone: the API of a running Throughline behind it.
export default defineConfig({
  plugins: [react()],
  build: { target: 'es2023', sourcemap: true },
  server: { host: '127.0.0.1', proxy: { '/v1': process.env['THROUGHLINE_URL'] ?? 'http://127.0.0.1:3000' } },
});
