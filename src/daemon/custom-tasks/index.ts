/**
 * The room `custom-tasks`: the modules in the folder that the key `tasks` of the configuration names. The daemon's own
 * thread runs none of their code. At the start a thread loads each module and describes its tasks, and then ends. The
 * daemon knows a custom task by its name, summary and schema. Render threads load the module that a job needs.
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
