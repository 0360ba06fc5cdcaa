/** What a page of a user has of the package: the typed client alone. */
import { createMosaicClient } from "mosaic/client";

const client = createMosaicClient("http://127.0.0.1:8000");
console.log(typeof client.views.$get);
