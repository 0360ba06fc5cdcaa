export { html, nothing, render, svg, type TemplateResult } from "lit-html";
