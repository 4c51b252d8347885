/**
 * Whose a secret is. All owners are made here, so that no two of different kinds can have one name, and what is sealed for one
 * is opened for no other. The names are part of what is stored.
 */
export class SecretOwner {
  readonly #name: string

  private constructor(name: string) {
    this.#name = name
  }

  /** A hook, whose secrets its sender proves itself by. */
  static hook(organizationId: string, hookId: string): SecretOwner {
    return new SecretOwner(`${organizationId}/${hookId}`)
  }

  /** One delivery that waits, with the secret that proved it. @param address of its hook */
  static delivery({ address, id }: { readonly address: string; readonly id: string }): SecretOwner {
    return new SecretOwner(`${address}/${id}`)
  }

  /** A subscription, which signs with its secrets. */
  static subscription(organizationId: string, id: string): SecretOwner {
    return new SecretOwner(`${organizationId}/subscription/${id}`)
  }

  toString(): string {
    return this.#name
  }
}
