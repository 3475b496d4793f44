import type { Theme } from 'vitepress';
// The system's fonts: no page waits for a download, and the site stays below its size limit.
import DefaultTheme from 'vitepress/theme-without-fonts';
import './style.css';

const theme: Theme = { extends: DefaultTheme };

export default theme;
