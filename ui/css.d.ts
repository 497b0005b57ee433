/** Styles are imported for their effect; a bundler puts them into the page. */
declare module "*.css";
