export { default } from 'yocto-queue';
