import { fail, ok, type Finding } from './finding.js'

export function judgeNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const recommended = 24
  if (major < 20 || (major === 20 && minor < 19)) {
    return fail('Node', `${version} is too old`, 'Install Node 20.19 or newer; 24 is recommended.')
  }
  return ok('Node', major >= recommended ? version : `${version} (${recommended} is recommended)`)
}
