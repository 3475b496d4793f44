export * from '@twicesafe/core/user';
