/**
 * The room `custom-tasks`: the modules in the folder that the key `tasks` of the configuration names. The main thread
 * runs none of their code. At the start, other threads load all modules, describe their tasks, and end. The main thread
 * knows only the description of a custom task, such as its name and schema. The threads of the pools load the modules
 * that their work needs.
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
