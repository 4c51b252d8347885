// Made from public/openapi.json by scripts/client-types.ts. Do not edit.
export interface paths {
  "/v1/objects/{object}/records": {
    put: {
      parameters: { query?: { "dryRun"?: "true" | "false" }; header?: { "if-match"?: string; "idempotency-key"?: string; "import-id"?: string; "prefer"?: string }; path: { "object": string }; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["AssertItem"] } }
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["AssertResult"] } }
        201: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["AssertResult"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
    get: {
      parameters: { query?: { "limit"?: number; "cursor"?: string; "fields"?: string; "archived"?: "include" | "exclude" | "only"; "ids"?: string; "q"?: string; "sort"?: string; "filter"?: { [name: string]: string }; "expand"?: string }; header?: never; path: { "object": string }; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["RecordPage"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        410: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/objects/{object}/records/batch": {
    post: {
      parameters: { query?: { "dryRun"?: "true" | "false"; "atomic"?: "true" | "false" }; header?: { "prefer"?: string; "idempotency-key"?: string; "import-id"?: string }; path: { "object": string }; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["AssertItem"][]; "application/x-ndjson": string } }
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["BatchResult"]; "application/x-ndjson": string } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["BatchResult"]; "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/objects/{object}/records/query": {
    post: {
      parameters: { query?: never; header?: never; path: { "object": string }; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["RecordQuery"] } }
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["RecordPage"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        410: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/objects/{object}/records/export": {
    get: {
      parameters: { query?: { "format"?: "ndjson" | "csv"; "values"?: "readable" | "stored"; "after"?: string; "fields"?: string; "archived"?: "include" | "exclude" | "only"; "ids"?: string; "filter"?: { [name: string]: string }; "where"?: string }; header?: never; path: { "object": string }; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/x-ndjson": string; "text/csv": string } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/objects/{object}/records/change": {
    post: {
      parameters: { query?: { "dryRun"?: "true" | "false" }; header?: { "import-id"?: string }; path: { "object": string }; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["ChangeManyRequest"] } }
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["ChangedPage"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        410: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/objects/{object}/records/{id}/archive": {
    post: {
      parameters: { query?: never; header?: { "if-match"?: string; "import-id"?: string }; path: { "object": string; "id": string }; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["StoredRecord"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/objects/{object}/records/{id}/restore": {
    post: {
      parameters: { query?: never; header?: { "if-match"?: string; "import-id"?: string }; path: { "object": string; "id": string }; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["StoredRecord"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/objects/{object}/records/{id}": {
    delete: {
      parameters: { query?: never; header?: { "if-match"?: string; "import-id"?: string }; path: { "object": string; "id": string }; cookie?: never }
      requestBody?: never
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
    get: {
      parameters: { query?: { "fields"?: string }; header?: { "if-none-match"?: string }; path: { "object": string; "id": string }; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["StoredRecord"] } }
        304: { headers: { [name: string]: unknown }; content?: never }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/objects/{object}/records/{id}/merge": {
    post: {
      parameters: { query?: { "dryRun"?: "true" | "false" }; header?: { "import-id"?: string }; path: { "object": string; "id": string }; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["MergeRequest"] } }
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["MergeResult"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/objects/{object}/records/by/{attribute}/{value}": {
    get: {
      parameters: { query?: { "fields"?: string }; header?: { "if-none-match"?: string }; path: { "object": string; "attribute": string; "value": string }; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["StoredRecord"] } }
        304: { headers: { [name: string]: unknown }; content?: never }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/objects/{object}/records/{id}/history": {
    get: {
      parameters: { query?: { "cursor"?: string; "limit"?: number }; header?: never; path: { "object": string; "id": string }; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["RecordHistory"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/phone-numbers": {
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["WrittenPhoneNumbers"] } }
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["ReadPhoneNumbers"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/objects": {
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["ObjectList"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["NewObject"] } }
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["ObjectSchema"] } }
        201: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["ObjectSchema"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/objects/{object}": {
    get: {
      parameters: { query?: never; header?: never; path: { "object": string }; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["ObjectSchema"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
    delete: {
      parameters: { query?: never; header?: never; path: { "object": string }; cookie?: never }
      requestBody?: never
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/objects/{object}/combinations": {
    post: {
      parameters: { query?: never; header?: never; path: { "object": string }; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["NewCombination"] } }
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["Combination"] } }
        201: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["Combination"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/objects/{object}/attributes": {
    post: {
      parameters: { query?: never; header?: never; path: { "object": string }; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["NewAttribute"] } }
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["Attribute"] } }
        201: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["Attribute"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/objects/{object}/attributes/{attribute}": {
    patch: {
      parameters: { query?: never; header?: never; path: { "object": string; "attribute": string }; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["AttributeChange"] } }
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["Attribute"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
    delete: {
      parameters: { query?: { "cursor"?: string }; header?: never; path: { "object": string; "attribute": string }; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["ErasedPage"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/schema": {
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["SchemaDocument"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
    put: {
      parameters: { query?: { "dryRun"?: "true" | "false"; "prune"?: "archive" }; header?: never; path?: never; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["SchemaDocument"] } }
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["SchemaChanges"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/changes": {
    get: {
      parameters: { query?: { "cursor"?: string; "limit"?: number; "object"?: string; "since"?: string; "wait"?: number | null }; header?: { "last-event-id"?: string }; path?: never; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["ChangeFeed"]; "text/event-stream": string } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        410: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/objects/{object}/records/{id}/revert": {
    post: {
      parameters: { query?: { "dryRun"?: "true" | "false" }; header?: { "import-id"?: string }; path: { "object": string; "id": string }; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["RevertRequest"] } }
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["Reverted"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        410: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/changes/revert": {
    post: {
      parameters: { query?: { "dryRun"?: "true" | "false" }; header?: { "import-id"?: string }; path?: never; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["UndoRequest"] } }
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["UndonePage"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        410: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/limits": {
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["Limits"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/organization": {
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["Organization"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
    patch: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["OrganizationChange"] } }
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["Organization"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/members": {
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["MemberList"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["NewMember"] } }
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["AddedMember"] } }
        201: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["AddedMember"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/members/{id}": {
    delete: {
      parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }
      requestBody?: never
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/jobs/{id}": {
    get: {
      parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["Job"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/jobs": {
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["JobList"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/key": {
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["OwnKey"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/keys": {
    get: {
      parameters: { query?: { "cursor"?: string; "limit"?: number }; header?: never; path?: never; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["KeyPage"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["NewKey"] } }
      responses: {
        201: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["IssuedKey"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/keys/{id}/rotate": {
    post: {
      parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["KeyRotation"] } }
      responses: {
        201: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["IssuedKey"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/keys/{id}": {
    delete: {
      parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }
      requestBody?: never
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/usage": {
    get: {
      parameters: { query?: { "from"?: string; "to"?: string }; header?: never; path?: never; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["Usage"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/hooks": {
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["HookList"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["NewHook"] } }
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["Hook"] } }
        201: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["Hook"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/hooks/{id}": {
    get: {
      parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["Hook"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
    patch: {
      parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["HookChange"] } }
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["Hook"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
    delete: {
      parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }
      requestBody?: never
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/hooks/{id}/secrets": {
    post: {
      parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["HookSecretRotation"] } }
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["Hook"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/hooks/{id}/preview": {
    post: {
      parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["HookPreviewRequest"] } }
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["HookPreview"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/hooks/{id}/deliveries": {
    get: {
      parameters: { query?: { "cursor"?: string; "limit"?: number; "status"?: "done" | "skipped" | "failed" | "rejected" }; header?: never; path: { "id": string }; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["DeliveryPage"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/hooks/{id}/deliveries/{delivery}": {
    get: {
      parameters: { query?: never; header?: never; path: { "id": string; "delivery": string }; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["KeptDelivery"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/hooks/{id}/deliveries/{delivery}/redeliver": {
    post: {
      parameters: { query?: never; header?: never; path: { "id": string; "delivery": string }; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["ReceivedDelivery"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/hooks/{id}/redeliver": {
    post: {
      parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["RedeliveryRequest"] } }
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["Redelivered"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/subscriptions": {
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["SubscriptionList"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["NewSubscription"] } }
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["SubscriptionWithSecret"] } }
        201: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["SubscriptionWithSecret"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/subscriptions/{id}": {
    get: {
      parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["Subscription"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
    patch: {
      parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["SubscriptionChange"] } }
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["Subscription"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
    delete: {
      parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }
      requestBody?: never
      responses: {
        204: { headers: { [name: string]: unknown }; content?: never }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/subscriptions/{id}/secrets": {
    post: {
      parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["SubscriptionSecretRotation"] } }
      responses: {
        201: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["SubscriptionWithSecret"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/subscriptions/{id}/ping": {
    post: {
      parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["SubscriptionPing"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/subscriptions/{id}/resume": {
    post: {
      parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["SubscriptionResumption"] } }
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["Subscription"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/subscriptions/{id}/dead-letters": {
    get: {
      parameters: { query?: { "cursor"?: string; "limit"?: number }; header?: never; path: { "id": string }; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["DeadLetterPage"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/subscriptions/{id}/redeliver": {
    post: {
      parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["DeadLetterRedelivery"] } }
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["DeadLettersWanted"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/tenants": {
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["NewTenant"] } }
      responses: {
        201: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["TenantKey"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
    get: {
      parameters: { query?: { "cursor"?: string; "limit"?: number; "status"?: "creating" | "active" | "suspended" | "moving" | "deleted" | "erasing" }; header?: never; path?: never; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["TenantPage"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/tenants/{id}": {
    get: {
      parameters: { query?: { "settings"?: "true" | "false" }; header?: never; path: { "id": string }; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["ShownTenant"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
    patch: {
      parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["OrganizationChange"] } }
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["Tenant"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/tenants/{id}/suspend": {
    post: {
      parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["ChangedTenant"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/tenants/{id}/resume": {
    post: {
      parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["Tenant"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/tenants/{id}/keys": {
    post: {
      parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["NewTenantKey"] } }
      responses: {
        201: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["TenantKey"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/tenants/{id}/delete": {
    post: {
      parameters: { query?: { "dryRun"?: "true" | "false" }; header?: never; path: { "id": string }; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["TenantDeletion"] } }
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["ChangedTenant"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/tenants/{id}/rewind": {
    post: {
      parameters: { query?: { "dryRun"?: "true" | "false" }; header?: never; path: { "id": string }; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["TenantRewind"] } }
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["ChangedTenant"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/tenants/{id}/usage": {
    get: {
      parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["TenantUsage"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/tenants/{id}/export": {
    get: {
      parameters: { query?: { "cursor"?: string }; header?: never; path: { "id": string }; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["TenantExport"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/tenants/{id}/restore": {
    post: {
      parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["TenantRestore"] } }
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["TenantRestored"] } }
        204: { headers: { [name: string]: unknown }; content?: never }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/tenants/{id}/verify": {
    post: {
      parameters: { query?: never; header?: never; path: { "id": string }; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["TenantVerificationRequest"] } }
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["TenantVerification"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/tenants/{id}/migrate": {
    post: {
      parameters: { query?: { "dryRun"?: "true" | "false" }; header?: never; path: { "id": string }; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["TenantMigration"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/tenants/{id}/move": {
    post: {
      parameters: { query?: { "dryRun"?: "true" | "false"; "abandon"?: "true" | "false" }; header?: never; path: { "id": string }; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["TenantMoveRequest"] } }
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["TenantMove"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/tenants/{id}/place": {
    post: {
      parameters: { query?: { "dryRun"?: "true" | "false"; "abandon"?: "true" | "false" }; header?: never; path: { "id": string }; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["TenantPlacing"] } }
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["ChangedTenant"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/tenants/{id}/move/back": {
    post: {
      parameters: { query?: { "dryRun"?: "true" | "false"; "abandon"?: "true" | "false" }; header?: never; path: { "id": string }; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["TenantMove"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/tenant-directory/take-over": {
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never }
      requestBody: { content: { "application/json": components['schemas']["TakeOver"] } }
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["TenantDirectory"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        412: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
  "/v1/operator-log": {
    get: {
      parameters: { query?: { "cursor"?: string; "limit"?: number; "tenantId"?: string }; header?: never; path?: never; cookie?: never }
      requestBody?: never
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": components['schemas']["OperatorLog"] } }
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        422: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        429: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        500: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components['schemas']["Problem"] } }
      }
    }
  }
}
export interface components {
  schemas: {
    "ReceivedDelivery": { "delivery": string; "status": "done" | "skipped" | "repeated" | "waiting"; "created": number; "updated": number; "unchanged": number; "older": number }
    "Problem": { "type": string; "title": string; "status": number; "detail": string; "code": string; "instance"?: string; "errors": components['schemas']["ProblemDetail"][]; "conflicts"?: components['schemas']["KeyConflict"][]; "candidates"?: string[]; "recordId"?: string }
    "ProblemDetail": { "code": string; "field": string | null; "detail": string; "fix": string }
    "KeyConflict": { "field": string; "value": string; "recordId"?: string; "index"?: number }
    "AssertResult": { "status": "created" | "updated" | "unchanged"; "id": string | null; "version": number | null; "matchedOn": string[] | null; "changed": string[]; "transition": "archived" | "restored" | null; "reference"?: string; "dryRun"?: true; "record"?: components['schemas']["StoredRecord"]; "recordOmitted"?: true }
    "StoredRecord": { "id": string; "object": string; "version": number; "values": { [name: string]: unknown }; "createdAt": string; "updatedAt": string; "archivedAt": string | null; "createdBy": string; "updatedBy": string }
    "AssertItem": { "match"?: components['schemas']["Match"] | components['schemas']["Match"][]; "values": { [name: string]: unknown }; "mode"?: "upsert" | "insert" | "update"; "write"?: { [name: string]: "replace" | "keep" | "fill" | "append" | "prepend" | "remove" }; "ifNewer"?: string; "onSeveral"?: "error" | "first"; "onArchived"?: "revive" | "refuse"; "blanks"?: "write" | "ignore"; "ifVersion"?: number; "reference"?: string }
    "Match": { [name: string]: unknown }
    "BatchResult": { "outcomes": components['schemas']["Outcome"][]; "summary": { "created": number; "updated": number; "unchanged": number; "refused": number; "written": boolean } }
    "Outcome": { "index": number; "reference"?: string; "status": "created" | "updated" | "unchanged" | "refused"; "id": string | null; "version": number | null; "matchedOn": string[] | null; "changed": string[]; "transition": "archived" | "restored" | null; "record"?: components['schemas']["StoredRecord"]; "recordOmitted"?: true; "error"?: components['schemas']["Problem"] }
    "RecordPage": { "records": components['schemas']["StoredRecord"][]; "nextCursor": string | null; "workLimitReached"?: true; "cutOff"?: true; "count"?: { "value": number; "exact": boolean }; "expanded"?: components['schemas']["StoredRecord"][]; "expandedOmitted"?: true }
    "RecordQuery": { "filter"?: components['schemas']["RecordFilter"]; "q"?: string; "sort"?: { "attribute": string; "direction"?: "asc" | "desc" }; "archived"?: "include" | "exclude" | "only"; "fields"?: string[]; "expand"?: string[]; "count"?: boolean; "limit"?: number; "cursor"?: string }
    "RecordFilter": { "attribute"?: string; "operator"?: "eq" | "ne" | "in" | "not_in" | "gt" | "gte" | "lt" | "lte" | "between" | "exists" | "not_exists" | "starts_with" | "contains"; "value"?: unknown; "and"?: components['schemas']["RecordFilter"][]; "or"?: components['schemas']["RecordFilter"][]; "not"?: components['schemas']["RecordFilter"] }
    "ChangedPage": { "records": components['schemas']["ChangedRecord"][]; "nextCursor": string | null; "workLimitReached"?: true; "dryRun"?: true }
    "ChangedRecord": { "index": number; "status": "updated" | "unchanged" | "erased" | "refused"; "id": string | null; "version": number | null; "changed": string[]; "transition": "archived" | "restored" | null; "error"?: components['schemas']["Problem"] }
    "ChangeManyRequest": { "change": "update" | "archive" | "restore" | "erase"; "filter"?: components['schemas']["RecordFilter"] & (object | null); "q"?: string; "keys"?: components['schemas']["Match"][]; "values"?: { [name: string]: unknown }; "write"?: { [name: string]: "replace" | "keep" | "fill" | "append" | "prepend" | "remove" }; "archived"?: "include" | "exclude" | "only"; "limit"?: number; "cursor"?: string }
    "MergeResult": { "status": "merged" | "unchanged"; "mergedId": string | null; "changed": string[]; "left": string[]; "relationsMoved": number; "request": string; "dryRun"?: true; "record": components['schemas']["StoredRecord"] }
    "MergeRequest": { "loser": components['schemas']["Match"] & unknown; "values"?: { "default"?: components['schemas']["MergeRule"]; "attributes"?: { [name: string]: components['schemas']["MergeRule"] & unknown } }; "ifVersion"?: number; "loserIfVersion"?: number }
    "MergeRule": "keep" | "take" | "append"
    "RecordHistory": { "changes": components['schemas']["Change"][]; "merged": components['schemas']["MergedIn"][]; "nextCursor": string | null; "cutOff": boolean }
    "Change": { "sequence": number; "at": string; "actor": string; "contract": string; "request": string | null; "importId": string | null; "action": "created" | "updated" | "archived" | "restored" | "erased" | "merged" | "separated" | "history_changed" | "schema_changed"; "object": string | null; "recordId": string | null; "version": number | null; "changed": string[]; "mergedInto"?: string; "values": { [name: string]: { "before"?: unknown; "after"?: unknown } } | null }
    "MergedIn": { "id": string; "mergedInto": string; "at": string; "actor": string; "request": string | null; "importId": string | null; "sequence": number | null; "keys": { [name: string]: string[] } }
    "ReadPhoneNumbers": { "numbers": (string | null)[] }
    "WrittenPhoneNumbers": { "country": string; "numbers": string[] }
    "ObjectList": { "objects": components['schemas']["ObjectSchema"][] }
    "ObjectSchema": { "slug": string; "singularName": string; "pluralName": string; "standard": boolean; "attributes": components['schemas']["Attribute"][]; "combinations": components['schemas']["Combination"][] }
    "Attribute": { "slug": string; "label": string; "type": components['schemas']["AttributeType"]; "multiple": boolean; "required": boolean; "unique": boolean; "indexed": boolean; "searchable": boolean; "standard": boolean; "archived": boolean; "related": string | null; "options": components['schemas']["AttributeOption"][]; "jobId": string | null }
    "AttributeType": "text" | "long_text" | "number" | "checkbox" | "date" | "datetime" | "email" | "domain" | "phone_number" | "url" | "select" | "multiselect" | "status" | "rating" | "currency" | "relation" | "user"
    "AttributeOption": { "id": string; "value": string; "archived": boolean }
    "Combination": { "name": string; "attributes": string[]; "unique": boolean; "jobId": string | null }
    "NewObject": { "slug": string; "singularName": string; "pluralName": string }
    "NewCombination": { "name": string; "attributes": string[]; "unique"?: boolean }
    "NewAttribute": { "label": string; "type": components['schemas']["AttributeType"]; "slug"?: string; "multiple"?: boolean; "required"?: boolean; "unique"?: boolean; "indexed"?: boolean; "searchable"?: boolean; "related"?: string; "options"?: (string | components['schemas']["NewOption"])[] }
    "NewOption": { "id"?: string; "value": string; "archived"?: boolean }
    "AttributeChange": { "label"?: string; "required"?: boolean; "unique"?: boolean; "indexed"?: boolean; "searchable"?: boolean; "archived"?: boolean; "options"?: (string | components['schemas']["NewOption"])[] }
    "SchemaDocument": { "objects": components['schemas']["SchemaObject"][]; "hooks"?: components['schemas']["SchemaHook"][] }
    "SchemaObject": { "slug": string; "singularName"?: string; "pluralName"?: string; "archived"?: boolean; "remove"?: boolean; "attributes"?: components['schemas']["SchemaAttribute"][]; "combinations"?: components['schemas']["SchemaCombination"][] }
    "SchemaAttribute": { "slug": string; "renamedFrom"?: string; "label"?: string; "type"?: components['schemas']["AttributeType"]; "multiple"?: boolean; "required"?: boolean; "unique"?: boolean; "indexed"?: boolean; "searchable"?: boolean; "related"?: string; "archived"?: boolean; "options"?: components['schemas']["SchemaOption"][]; "convert"?: boolean; "remove"?: boolean }
    "SchemaOption": { "id"?: string; "value": string; "archived"?: boolean; "remove"?: boolean }
    "SchemaCombination": { "name": string; "attributes"?: string[]; "unique"?: boolean; "archived"?: boolean; "remove"?: boolean }
    "SchemaHook": { "name": string; "renamedFrom"?: string; "preset"?: "stripe-customers" | "github-users" | "calendly-invitees" | "typeform-answers" | "cal-bookings" | "shopify-customers"; "object"?: string; "mapping"?: components['schemas']["HookMapping"]; "verification"?: components['schemas']["HookVerification"]; "allowlist"?: string[]; "options"?: components['schemas']["HookOptions"]; "replayDays"?: number; "keepDays"?: number; "keepPayload"?: boolean; "redact"?: string[]; "challenge"?: string | null; "state"?: "on" | "paused" | "off"; "remove"?: boolean }
    "HookMapping": { "when"?: string; "items"?: string; "match": ({ [name: string]: string })[]; "values": { [name: string]: string }; "constants"?: { [name: string]: unknown }; "messageId"?: string }
    "HookVerification": { "scheme": "standard" | "stripe" | "calendly" | "github" | "shopify" | "typeform" | "cal" | "intercom" | "hubspot" | "hmac" | "secret" | "address"; "signing"?: components['schemas']["HookSigning"]; "in"?: "header" | "query"; "name"?: string }
    "HookSigning": { "header": string[]; "separator"?: "," | ";" | " "; "prefix"?: string; "template": string; "algorithm"?: "SHA-256" | "SHA-1"; "encoding"?: "hex" | "base64"; "secret"?: "text" | "base64"; "id"?: string[]; "time"?: { "header"?: string[]; "prefix"?: string; "unit"?: "seconds" | "milliseconds" | "iso"; "tolerance"?: number } }
    "HookOptions": { "mode"?: "upsert" | "insert" | "update"; "write"?: { [name: string]: "replace" | "keep" | "fill" | "append" | "prepend" | "remove" }; "ifNewer"?: string; "onSeveral"?: "error" | "first"; "onArchived"?: "revive" | "refuse"; "blanks"?: "write" | "ignore" }
    "SchemaChanges": { "steps": components['schemas']["SchemaStep"][]; "jobIds": string[]; "dryRun"?: true }
    "SchemaStep": { "action": "create" | "change" | "rename" | "archive" | "restore" | "remove"; "kind": "object" | "attribute" | "option" | "combination" | "hook"; "object": string; "name": string | null; "option": string | null; "changes": components['schemas']["SchemaDifference"][]; "text": string }
    "SchemaDifference": { "member": string; "from"?: unknown; "to"?: unknown }
    "ErasedPage": { "nextCursor": string | null }
    "ChangeFeed": { "changes": components['schemas']["Change"][]; "nextCursor": string; "more": boolean }
    "Reverted": { "status": "updated" | "unchanged"; "changed": string[]; "transition": "archived" | "restored" | null; "dryRun"?: true; "kept": components['schemas']["Kept"][]; "record": components['schemas']["StoredRecord"] }
    "Kept": { "why": "changed_since" | "not_recorded" | "too_many_changes" | "other_type" | "attribute_gone" | "record_merged" | "undone_together"; "attribute": string | null; "actor": string | null; "sequence": number | null; "record": string | null }
    "RevertRequest": { "version": number }
    "UndonePage": { "records": components['schemas']["Undone"][]; "nextCursor": string | null; "found": boolean; "cutOff": boolean; "dryRun"?: true }
    "Undone": { "object": string; "recordId": string; "status": "reverted" | "archived" | "erased" | "unchanged" | "gone" | "refused"; "version": number | null; "attributes": string[]; "kept": components['schemas']["Kept"][]; "error"?: components['schemas']["Problem"] }
    "UndoRequest": { "request"?: string; "importId"?: string; "key"?: string; "since"?: string; "created"?: "archive" | "erase"; "cursor"?: string }
    "Limits": { "bodyBytes": number; "nesting": number; "batchItems": number; "batchBytes": number; "itemMembers": number; "streamLineCharacters": number; "streamRefusedLines": number; "answerBytes": number; "pageRecords": number; "matchKeys": number; "referenceCharacters": number; "valuesPerList": number; "textCharacters": number; "longTextCharacters": number; "recordBytes": number; "changedBytes": number; "references": number; "filterConditions": number; "filterDepth": number; "filterValues": number; "filterPartCharacters": number; "searchedWords": number; "searchedWordCharacters": number; "searchedCharacters": number; "rowsPerQuery": number; "bytesPerQuery": number; "bytesPerLookup": number; "rowsPerCount": number; "changesPerCount": number; "changesPerUndo": number; "relationsPerMerge": number; "bytesPerMerge": number; "mergedRecords": number; "idsPerList": number; "expandedRecords": number; "idempotencyKeyCharacters": number; "idempotencyHours": number; "subscriptions": number; "deadLetters": number; "subscriptionAnswerMilliseconds": number; "subscriptionFailingDays": number; "sessionCacheBytes": number; "schemaCacheBytes": number; "hooks": number; "hookSecrets": number; "hookSecretCharacters": number; "hookExpressionCharacters": number; "hookExpressionDepth": number; "hookMatches": number; "hookMappedAttributes": number; "hookRedactedPaths": number; "hookMessageIdCharacters": number; "hookItems": number; "hookSteps": number; "hookMappedCharacters": number; "hookFormFields": number; "hookPayloadDepth": number; "hookPayloadCharacters": number; "hookFailures": number; "hookDays": number; "hookReplayDays": number; "requestsPerKey": components['schemas']["Quota"] | null; "failedLoginsPerAddress": components['schemas']["Quota"] | null }
    "Quota": { "limit": number; "periodSeconds": number }
    "Organization": { "id": string; "name": string; "crmMode": "b2b" | "b2c"; "history": "off" | "names" | "values"; "historyDays": number | null; "defaultCountry": string | null; "automaticIndexing": boolean }
    "OrganizationChange": { "name"?: string; "crmMode"?: "b2b" | "b2c"; "history"?: "off" | "names" | "values"; "historyDays"?: number | null; "defaultCountry"?: string | null; "automaticIndexing"?: boolean }
    "MemberList": { "members": components['schemas']["Member"][] }
    "Member": { "id": string; "name": string; "email": string; "createdAt": string }
    "AddedMember": { "id": string }
    "NewMember": { "name": string; "email": string }
    "Job": { "id": string; "object": string; "name": string; "status": "running" | "done" | "failed"; "phase": "fill" | "check" | "settle" | "remove" | null; "done": number; "progress": number | null; "conflicts": components['schemas']["SharedValue"][]; "createdBy": string; "createdAt": string; "updatedAt": string; "finishedAt": string | null }
    "SharedValue": { "field": string; "value": string; "recordId": string }
    "JobList": { "jobs": components['schemas']["Job"][] }
    "OwnKey": { "id": string; "scopes": components['schemas']["Scope"][]; "memberId": string | null; "expiresAt": string | null; "organization": { "id": string; "name": string } }
    "Scope": "crm:read" | "crm:write" | "admin"
    "KeyPage": { "keys": components['schemas']["Key"][]; "nextCursor": string | null }
    "Key": { "id": string; "kind": "key" | "developer_secret"; "name": string; "scopes": string[]; "allowlist": string[]; "memberId": string | null; "createdAt": string; "expiresAt": string | null; "revokedAt": string | null; "replaces": string | null; "lastUsedAt": string | null }
    "IssuedKey": { "id": string; "secret": string }
    "NewKey": { "kind"?: "key" | "developer_secret"; "name": string; "scopes": components['schemas']["Scope"][]; "allowlist"?: string[]; "memberId"?: string; "expiresAt"?: string }
    "KeyRotation": { "overlapSeconds"?: number; "expiresAt"?: string }
    "Usage": { "from": string; "to": string; "isCounted": boolean; "hours": components['schemas']["UsageHour"][] }
    "UsageHour": { "hour": string; "contract": string; "requests": number; "clientErrors": number; "serverErrors": number; "calls": number; "rowsRead": number | null; "rowsWritten": number | null; "p50": number | null; "p95": number | null }
    "HookList": { "hooks": components['schemas']["Hook"][] }
    "Hook": { "id": string; "name": string; "path": string; "object": string; "mapping": components['schemas']["HookMapping"]; "verification": components['schemas']["HookVerification"]; "allowlist": string[]; "options": components['schemas']["HookOptions"]; "replayDays": number; "keepDays": number; "keepPayload": boolean; "redact": string[]; "challenge": string | null; "state": "on" | "paused" | "off"; "secrets": number; "pausedAt": string | null; "createdAt": string; "createdBy": string; "updatedAt": string }
    "NewHook": { "name"?: string; "preset"?: "stripe-customers" | "github-users" | "calendly-invitees" | "typeform-answers" | "cal-bookings" | "shopify-customers"; "object"?: string; "mapping"?: components['schemas']["HookMapping"]; "verification"?: components['schemas']["HookVerification"]; "allowlist"?: string[]; "options"?: components['schemas']["HookOptions"]; "replayDays"?: number; "keepDays"?: number; "keepPayload"?: boolean; "redact"?: string[]; "challenge"?: string; "state"?: "on" | "paused" | "off"; "secrets"?: string[] }
    "HookChange": { "name"?: string; "object"?: string; "mapping"?: components['schemas']["HookMapping"]; "verification"?: components['schemas']["HookVerification"]; "allowlist"?: string[]; "options"?: components['schemas']["HookOptions"]; "replayDays"?: number; "keepDays"?: number; "keepPayload"?: boolean; "redact"?: string[]; "challenge"?: string | null; "state"?: "on" | "paused" | "off" }
    "HookSecretRotation": { "secret": string; "keep"?: number }
    "HookPreview": { "verification": components['schemas']["HookVerificationResult"]; "error": components['schemas']["Problem"] | null; "skipped": string | null; "messageId": string | null; "items": unknown[]; "outcomes": components['schemas']["Outcome"][] }
    "HookVerificationResult": { "verified": boolean; "error": components['schemas']["Problem"] | null }
    "HookPreviewRequest": { "payload"?: unknown; "text"?: string; "headers"?: { [name: string]: string }; "query"?: { [name: string]: string }; "address"?: string; "object"?: string; "mapping"?: components['schemas']["HookMapping"]; "options"?: components['schemas']["HookOptions"]; "verification"?: components['schemas']["HookVerification"] }
    "DeliveryPage": { "deliveries": components['schemas']["Delivery"][]; "nextCursor": string | null }
    "Delivery": { "id": string; "messageId": string | null; "receivedAt": string; "status": "done" | "skipped" | "failed" | "rejected"; "items": components['schemas']["DeliveredItem"][]; "errors": components['schemas']["ProblemDetail"][]; "milliseconds": number; "attempts": number; "repeats": number; "hasPayload": boolean; "unproven": boolean }
    "DeliveredItem": { "index": number; "status": "created" | "updated" | "unchanged" | "refused" | "erased" | "skipped"; "recordId": string | null }
    "KeptDelivery": { "id": string; "messageId": string | null; "receivedAt": string; "status": "done" | "skipped" | "failed" | "rejected"; "items": components['schemas']["DeliveredItem"][]; "errors": components['schemas']["ProblemDetail"][]; "milliseconds": number; "attempts": number; "repeats": number; "hasPayload": boolean; "unproven": boolean; "payload": components['schemas']["DeliveryPayload"] | null }
    "DeliveryPayload": { "body"?: unknown; "headers": { [name: string]: unknown }; "query": { [name: string]: unknown }; "signed"?: { [name: string]: string }; "digest"?: string } & { [name: string]: unknown }
    "Redelivered": { "done": number; "skipped": number; "repeated": number; "failed": number; "notKept": number; "unproven": number; "nextCursor": string | null }
    "RedeliveryRequest": { "limit"?: number; "cursor"?: string }
    "SubscriptionList": { "subscriptions": components['schemas']["Subscription"][] }
    "Subscription": { "id": string; "name": string; "url": string; "objects": string[]; "actions": components['schemas']["ToldAction"][]; "attributes": string[]; "state": "on" | "paused" | "off" | "failing"; "lastSequence": number; "attempts": number; "failure": string | null; "failingSince": string | null; "nextAttemptAt": string | null; "deliveredAt": string | null; "secrets": number; "createdAt": string; "createdBy": string; "updatedAt": string }
    "ToldAction": "created" | "updated" | "archived" | "restored" | "erased" | "merged" | "separated" | "history_changed" | "schema_changed"
    "SubscriptionWithSecret": { "id": string; "name": string; "url": string; "objects": string[]; "actions": components['schemas']["ToldAction"][]; "attributes": string[]; "state": "on" | "paused" | "off" | "failing"; "lastSequence": number; "attempts": number; "failure": string | null; "failingSince": string | null; "nextAttemptAt": string | null; "deliveredAt": string | null; "secrets": number; "createdAt": string; "createdBy": string; "updatedAt": string; "secret": string | null }
    "NewSubscription": { "name": string; "url": string; "objects"?: string[]; "actions"?: components['schemas']["ToldAction"][]; "attributes"?: string[] }
    "SubscriptionChange": { "name"?: string; "url"?: string; "objects"?: string[]; "actions"?: components['schemas']["ToldAction"][]; "attributes"?: string[]; "state"?: "on" | "off" }
    "SubscriptionSecretRotation": { "overlapHours"?: number }
    "SubscriptionPing": { "taken": boolean; "failure": string | null }
    "SubscriptionResumption": { "skip"?: boolean }
    "DeadLetterPage": { "deadLetters": components['schemas']["DeadLetter"][]; "nextCursor": string | null }
    "DeadLetter": { "sequence": number; "object": string; "recordId": string; "at": string; "failure": string | null; "wanted": boolean }
    "DeadLettersWanted": { "wanted": number; "state": "on" | "paused" | "off"; "attempts": 1 }
    "DeadLetterRedelivery": { "recordId"?: string }
    "TenantKey": { "id": string; "adminKey": string }
    "NewTenant": { "name": string; "crmMode"?: "b2b" | "b2c"; "history"?: "off" | "names" | "values"; "historyDays"?: number | null; "defaultCountry"?: string | null; "automaticIndexing"?: boolean; "id"?: string; "place"?: components['schemas']["Place"] }
    "Place": components['schemas']["SharedPlace"] | components['schemas']["ObjectPlace"] | components['schemas']["DatabasePlace"]
    "SharedPlace": { "shape": "shared" }
    "ObjectPlace": { "shape": "object"; "locationHint"?: "wnam" | "enam" | "sam" | "weur" | "eeur" | "apac" | "oc" | "afr" | "me"; "jurisdiction"?: "eu" | "fedramp" | "fedramp-high" | "us" }
    "DatabasePlace": { "shape": "database"; "binding"?: string; "url"?: string; "token"?: string }
    "TenantPage": { "tenants": components['schemas']["Tenant"][]; "nextCursor": string | null }
    "Tenant": { "id": string; "name": string; "status": "creating" | "active" | "suspended" | "moving" | "moved" | "deleted" | "erasing"; "place": components['schemas']["WrittenPlace"]; "program": string | null; "createdAt": string; "seenAt": string | null; "eraseAt": string | null; "usage": components['schemas']["CountedUsage"] | null; "move": components['schemas']["TenantMove"] | null; "work": components['schemas']["TenantWork"] | null; "leftovers": components['schemas']["TenantLeftover"][] }
    "WrittenPlace": components['schemas']["SharedPlace"] | components['schemas']["ObjectPlace"] | components['schemas']["DatabasePlace"] | components['schemas']["UnreadablePlace"]
    "UnreadablePlace": { "shape": "unreadable"; "reason": string }
    "CountedUsage": { "records": number; "recordBytes": number; "matchKeys": number; "changes": number; "members": number; "credentials": number; "countedAt": string }
    "TenantMove": { "from": components['schemas']["WrittenPlace"]; "to": components['schemas']["WrittenPlace"]; "phase": "claim" | "clear" | "watch" | "copy" | "catch-up" | "compare" | "freeze" | "settle" | "verify" | "activate" | "switch" | "retire" | "keep" | "purge" | "done" | "release" | "withdraw" | "returned"; "isOver": boolean; "copied": number; "caughtUp": number; "startedAt": string; "steppedAt": string | null; "failure": string | null; "lastError": string | null }
    "TenantWork": { "kind": "place" | "rewind"; "to": components['schemas']["SharedPlace"] | components['schemas']["ObjectPlace"] | components['schemas']["DatabasePlace"] | components['schemas']["UnreadablePlace"] | string | null; "startedAt": string; "triedAt": string; "givenBackAt": string }
    "TenantLeftover": { "place": components['schemas']["WrittenPlace"]; "leftAt": string; "eraseAt": string | null }
    "ShownTenant": { "id": string; "name": string; "status": "creating" | "active" | "suspended" | "moving" | "moved" | "deleted" | "erasing"; "place": components['schemas']["WrittenPlace"]; "program": string | null; "createdAt": string; "seenAt": string | null; "eraseAt": string | null; "usage": components['schemas']["CountedUsage"] | null; "move": components['schemas']["TenantMove"] | null; "work": components['schemas']["TenantWork"] | null; "leftovers": components['schemas']["TenantLeftover"][]; "settings"?: components['schemas']["OrganizationSettings"] | null; "notReached"?: string }
    "OrganizationSettings": { "crmMode": "b2b" | "b2c"; "history": "off" | "names" | "values"; "historyDays": number | null; "defaultCountry": string | null; "automaticIndexing": boolean }
    "ChangedTenant": { "id": string; "name": string; "status": "creating" | "active" | "suspended" | "moving" | "moved" | "deleted" | "erasing"; "place": components['schemas']["WrittenPlace"]; "program": string | null; "createdAt": string; "seenAt": string | null; "eraseAt": string | null; "usage": components['schemas']["CountedUsage"] | null; "move": components['schemas']["TenantMove"] | null; "work": components['schemas']["TenantWork"] | null; "leftovers": components['schemas']["TenantLeftover"][]; "notReached"?: string; "left"?: string; "notKept"?: string }
    "NewTenantKey": { "name": string }
    "TenantDeletion": { "waitDays"?: number; "abandon"?: boolean }
    "TenantRewind": { "to": string }
    "TenantUsage": { "records": number; "recordBytes": number; "matchKeys": number; "changes": number; "members": number; "credentials": number }
    "TenantExport": { "lines": components['schemas']["ExportLine"][]; "nextCursor": string | null }
    "ExportLine": { "table": "organizations" | "members" | "objects" | "attributes" | "combinations" | "hooks" | "subscriptions" | "dead_letters" | "records" | "record_aliases" | "changes"; "row": { [name: string]: string | number | null } }
    "TenantRestored": { "changedRows": number; "notKept": string }
    "TenantRestore": { "lines": components['schemas']["ExportLine"][]; "place"?: components['schemas']["Place"] & unknown; "hasMore"?: boolean; "dryRun"?: boolean }
    "TenantVerification": { "findings": components['schemas']["Finding"][]; "rows": number; "nextCursor": string | null }
    "Finding": { "object": string; "name": string; "kind": "missing" | "surplus" | "duplicate" | "unknown_index" | "lost_alias" | "outdated_form" | "wrong_type" | "wrong_shape" | "unknown_attribute"; "value": string; "recordIds": string[]; "repaired": boolean }
    "TenantVerificationRequest": { "cursor"?: string; "repair"?: boolean }
    "TenantMigration": { "applied": string[] }
    "TenantMoveRequest": { "place"?: components['schemas']["Place"] & unknown }
    "TenantPlacing": { "place": components['schemas']["Place"] & unknown; "eraseOld"?: boolean }
    "TenantDirectory": { "id": string }
    "TakeOver": { "from": string }
    "OperatorLog": { "actions": components['schemas']["OperatorAction"][]; "nextCursor": string | null }
    "OperatorAction": { "at": string; "operator": string; "action": string; "tenantId": string | null; "requestId": string | null; "detail"?: unknown; "outcome": string }
  }
}
