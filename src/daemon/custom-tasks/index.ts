/**
 * The room `custom-tasks`: the modules in the folder that `tasks` of the configuration names. The daemon's own thread runs
 * none of their code. A thread that is ended afterwards loads each module and describes its tasks; from then on the daemon
 * knows a custom task by its name, summary and schema, and render threads load the module that a job needs.
 */
export {
  type CatalogTask,
  catalogList,
  importerModules,
  loadCatalog,
  moduleOf,
  type TaskCatalog,
  taskFrom,
  tasksWith,
} from './task-catalog.ts'
