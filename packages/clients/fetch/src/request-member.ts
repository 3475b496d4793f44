/**
 * A member of a Request as fetch itself reads it, from the class that holds the request. A subclass, or the object
 * itself, may show something else.
 */
export function requestMember<Name extends keyof Request>(request: Request, name: Name): Request[Name] {
  let owner: object = request;
  for (let each: object = request; each && each !== Object.prototype; each = Object.getPrototypeOf(each))
    if (Object.hasOwn(each, name)) owner = each;
  return Reflect.get(owner, name, request) as Request[Name];
}
