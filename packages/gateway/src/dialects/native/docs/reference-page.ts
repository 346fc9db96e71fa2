import type { OpenAPIV3_1 } from 'openapi-types'
import type { OpenApiDocument } from '../openapi.js'
import { curl } from './curl.js'
import { baseStyle, type Html, html, type Page, page, prose } from './html.js'

const style = `${baseStyle}
.skip { position: absolute; left: -999px }
.skip:focus { left: 1rem; top: 1rem; background: var(--paper) }
.frame { display: grid; grid-template-columns: 17rem minmax(0, 1fr) }
nav { border-right: 1px solid var(--line); padding: 1rem; height: 100vh; position: sticky; top: 0; overflow-y: auto; font-size: 0.875rem }
nav ul { list-style: none; margin: 0 0 1rem; padding: 0 }
nav a { display: block; padding: 0.15rem 0; color: var(--ink); text-decoration: none }
nav a:hover { color: var(--accent) }
nav h2 { font-size: 0.75rem; text-transform: uppercase; letter-spacing: 0.05em; color: var(--soft); margin: 0 0 0.25rem }
nav input { width: 100%; margin: 0.5rem 0 1rem; padding: 0.4rem; font: inherit; color: inherit; background: var(--tint); border: 1px solid var(--line); border-radius: 4px }
main { padding: 1.5rem 2rem 4rem; max-width: 60rem }
section.operation { border-top: 1px solid var(--line); padding: 1.25rem 0 }
.method { font: 600 0.8rem ui-monospace, monospace; color: var(--accent) }
.path { font: 600 0.95rem ui-monospace, monospace; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem }
th, td { text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); padding: 0.35rem 0.5rem 0.35rem 0 }
h4 { margin: 1rem 0 0.25rem; font-size: 0.85rem; color: var(--soft) }
.type { color: var(--soft); font: 0.85em ui-monospace, monospace }
.sample { position: relative }
.sample button { position: absolute; top: 0.4rem; right: 0.4rem; font: inherit; font-size: 0.75rem; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 4px; padding: 0.2rem 0.5rem; cursor: pointer }
ul.fields { list-style: none; padding-left: 0.9rem; margin: 0.25rem 0; border-left: 1px solid var(--line) }
@media (max-width: 50rem) { .frame { grid-template-columns: minmax(0, 1fr) } nav { height: auto; position: static; border-right: 0 } main { padding: 1rem } }
`

const script = `
for (const button of document.querySelectorAll('button[data-copy]')) {
  button.hidden = !navigator.clipboard
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.parentElement.querySelector('code').textContent)
    button.textContent = 'Copied'
  })
}
const filter = document.querySelector('nav input')
filter.parentElement.hidden = false
filter.addEventListener('input', () => {
  const wanted = filter.value.trim().toLowerCase()
  for (const item of document.querySelectorAll('nav li')) item.hidden = !item.textContent.toLowerCase().includes(wanted)
})
`

type Schema = OpenAPIV3_1.SchemaObject | OpenAPIV3_1.ReferenceObject
interface Operation {
  readonly method: string
  readonly path: string
  readonly about: OpenAPIV3_1.OperationObject
}

/** The OpenAPI document as a page that needs nothing from anywhere else. */
export function referencePage(document: OpenApiDocument): Page {
  const operations = operationsOf(document)
  const groups = (document.tags ?? []).map(({ name, description }) => ({
    name,
    description,
    operations: operations.filter(({ about }) => about.tags?.includes(name)),
  }))
  const schemas = Object.entries(document.components?.schemas ?? {})
  const content = html`<a class="skip" href="#content">Skip to the content</a>
    <div class="frame">
      <nav aria-label="Operations">
        <strong>${document.info.title}</strong> <span class="type">${document.info.version}</span>
        <label hidden>Filter<input type="search" /></label>
        ${groups.map(
          (group) =>
            html`<h2>${group.name}</h2>
              <ul>
                ${group.operations.map(
                  ({ about }) => html`<li><a href="#${about.operationId ?? ''}">${about.summary ?? ''}</a></li>`,
                )}
              </ul>`,
        )}
        <h2>Schemas</h2>
        <ul>
          ${schemas.map(([name]) => html`<li><a href="#schema-${name}">${name}</a></li>`)}
        </ul>
      </nav>
      <main id="content">
        <h1>${document.info.title} API</h1>
        <p>${prose(document.info.description)}</p>
        <p>
          Every path below needs <code>Authorization: Bearer &lt;key&gt;</code>. This page is made from
          <a href="/openapi.json">/openapi.json</a> (OpenAPI ${document.openapi}); the codes of errors are
          <a href="/docs/errors">explained here</a>, and so is the <a href="/docs/stream">event stream</a>.
        </p>
        ${groups.map(
          (group) =>
            html`<h2>${group.name}</h2>
              <p>${prose(group.description)}</p>
              ${group.operations.map(operationSection)}`,
        )}
        <h2>Schemas</h2>
        ${schemas.map(
          ([name, schema]) =>
            html`<section class="operation" id="schema-${name}">
              <h3>${name}</h3>
              ${shape(schema)}
            </section>`,
        )}
      </main>
    </div>`
  return page(`${document.info.title} API`, content, style, script)
}

function operationsOf(document: OpenApiDocument): Operation[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    (['get', 'post', 'patch', 'put', 'delete'] as const).flatMap((method) => {
      const about = item?.[method]
      return about === undefined ? [] : [{ method: method.toUpperCase(), path, about }]
    }),
  )
}

function operationSection({ method, path, about }: Operation): Html {
  const parameters = (about.parameters ?? []) as OpenAPIV3_1.ParameterObject[]
  const body = (about.requestBody as OpenAPIV3_1.RequestBodyObject | undefined)?.content['application/json']
  return html`<section class="operation" id="${about.operationId ?? ''}">
    <h3>${about.summary ?? ''}</h3>
    <p><span class="method">${method}</span> <span class="path">${path}</span></p>
    ${about.description === undefined ? null : html`<p>${prose(about.description)}</p>`}
    ${
      parameters.length === 0
        ? null
        : html`<h4>Parameters</h4>
            ${parameterTable(parameters)}`
    }
    ${
      body?.schema === undefined
        ? null
        : html`<h4>Body</h4>
            ${shape(body.schema)}`
    }
    <h4>Try it</h4>
    <div class="sample">
      <pre><code>${curl(method, path, body?.example)}</code></pre>
      <button type="button" data-copy hidden>Copy</button>
    </div>
    <h4>Answers</h4>
    <table>
      <thead>
        <tr>
          <th scope="col">Status</th>
          <th scope="col">Meaning</th>
        </tr>
      </thead>
      <tbody>
        ${Object.entries(about.responses ?? {}).map(([status, answer]) => answerRow(status, answer as OpenAPIV3_1.ResponseObject))}
      </tbody>
    </table>
  </section> `
}

function parameterTable(parameters: readonly OpenAPIV3_1.ParameterObject[]): Html {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Name</th>
        <th scope="col">In</th>
        <th scope="col">Meaning</th>
      </tr>
    </thead>
    <tbody>
      ${parameters.map(
        (parameter) =>
          html`<tr>
            <td><code>${parameter.name}</code></td>
            <td>${parameter.in}</td>
            <td>${typeName((parameter.schema ?? {}) as Schema)} ${prose(parameter.description)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`
}

function answerRow(status: string, { description, content = {} }: OpenAPIV3_1.ResponseObject): Html {
  const types = Object.entries(content).map(
    ([type, { schema }]) => html` <span class="type">${type}</span> ${schema === undefined ? null : typeName(schema)}`,
  )
  return html`<tr>
    <td>${status}</td>
    <td>${description === 'Default Response' ? null : prose(description)}${types}</td>
  </tr>`
}

function shape(schema: Schema): Html {
  if ('$ref' in schema) return typeName(schema)
  const description = schema.description === undefined ? null : html`<p>${prose(schema.description)}</p>`
  return html`${description}${alternatives(schema)}${fields(schema)}`
}

function alternatives(schema: OpenAPIV3_1.SchemaObject): Html | null {
  const kinds = schema.anyOf?.filter((kind) => !('type' in kind && kind.type === 'null'))
  if (kinds === undefined) return null
  if (kinds.length === 1) return html`${kinds.map((kind) => ('$ref' in kind ? null : fields(kind)))}`
  return html`${kinds.map(
    (kind, i) =>
      html`<p>${i === 0 ? 'Either' : 'or'}</p>
        ${shape(kind)}`,
  )}`
}

function fields(schema: OpenAPIV3_1.SchemaObject): Html | null {
  const inner = 'items' in schema ? schema.items : schema
  if (!('properties' in inner)) return null
  const required = new Set(inner.required)
  return html`<ul class="fields">
    ${Object.entries(inner.properties).map(
      ([name, field]) =>
        html`<li>
          <code>${name}</code>
          ${typeName(field)}${required.has(name) ? null : html` <span class="type">optional</span>`}
          ${'$ref' in field ? null : html`${prose(field.description)}${alternatives(field)}${fields(field)}`}
        </li>`,
    )}
  </ul>`
}

function typeName(schema: Schema): Html {
  if ('$ref' in schema) {
    const name = schema.$ref.split('/').at(-1) ?? ''
    return html`<a class="type" href="#schema-${name}">${name}</a>`
  }
  if (schema.anyOf !== undefined) {
    const names = schema.anyOf.map(typeName)
    return html`${names.map((name, i) => html`${i === 0 ? null : ' | '}${name}`)}`
  }
  if (schema.enum !== undefined)
    return html`<span class="type">${schema.enum.map((value) => JSON.stringify(value)).join(' | ')}</span>`
  if ('const' in schema) return html`<span class="type">${JSON.stringify(schema.const)}</span>`
  if ('items' in schema) return html`<span class="type">list of </span>${typeName(schema.items)}`
  return html`<span class="type"
    >${[schema.type ?? 'any'].flat().join(' | ')}${schema.format === undefined ? '' : ` (${schema.format})`}</span
  >`
}
