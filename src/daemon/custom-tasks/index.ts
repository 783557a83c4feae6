/**
 * The room `custom-tasks`: the modules in the folder that the key `tasks` of the configuration names. The main thread
 * runs none of their code. At the start, another thread loads all modules, describes their tasks, and ends. The main
 * thread knows only the name, summary and schema of a custom task. Render threads load the module that a job needs.
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
