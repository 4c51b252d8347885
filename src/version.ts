/** Of the product, as in package.json; a Worker cannot read that. A test compares the two. */
export const VERSION = '0.1.0'
