import { hashKey, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Problem } from './api.ts';
import { App } from './app.tsx';
import { tenant } from './tenant.ts';
import './styles/index.css';

tenant.begin();

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // What was read of one tenant is nothing of another, and is there again on the way back.
      queryKeyHashFn: (key) => hashKey([tenant.get(), key]),
      // The server said no: asking again changes nothing, unless it said to wait.
      retry: (count, error) => count < 3 && !(error instanceof Problem && error.status < 500 && error.status !== 429),
    },
  },
});

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
