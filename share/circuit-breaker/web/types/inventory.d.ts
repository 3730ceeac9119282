/** What the daemon says about its kinds and objects (`GET /api/v1/kinds` and the routes made from it). */

export type FieldType =
  | "text" | "long_text" | "integer" | "number" | "boolean" | "choice" | "reference" | "references"
  | "ip" | "cidr" | "mac" | "url" | "date" | "json";

export interface Field {
  name: string;
  label: string;
  type: FieldType;
  required?: boolean;
  max_length?: number | null;
  minimum?: number | null;
  maximum?: number | null;
  choices?: { value: string; label: string }[] | null;
  suggestions?: string[] | null;
  references?: string[] | null;
  on_delete?: "cascade" | "clear" | "restrict" | null;
  group?: string | null;
  help?: string | null;
  unit?: string | null;
  fallback?: string | null;
  filterable?: boolean;
  sortable?: boolean;
  read_only?: boolean;
  in_list?: boolean;
}

export interface Kind {
  name: string;
  path: string;
  label: string;
  plural: string;
  icon?: string | null;
  hue?: string | null;
  group: "inventory" | "network" | "organisation" | "relation";
  is_node?: boolean;
  unique_name?: boolean;
  has_name?: boolean;
  fields: Field[];
}

/** A reference to an object: enough to name it and to link to it. */
export interface Ref {
  kind: string;
  id: number;
  name: string;
  status?: string | null;
  icon?: string | null;
}

/** An object of any kind; the fields of its kind stand beside these as plain members. */
export interface Thing extends Ref {
  revision: number;
  notes?: string | null;
  owner?: string | null;
  source?: string | null;
  sources?: Record<string, string>;
  tags?: string[];
  custom?: Record<string, unknown>;
  created_at?: string;
  updated_at?: string;
  deleted_at?: string | null;
  [field: string]: any;
}

export interface LiveEvent {
  id?: number | null;
  subject: string;
  payload: any;
}

export interface Page<T> {
  items: T[];
  next: string | null;
  total?: number;
}

export interface MapNode {
  id: number;
  kind: string;
  name: string;
  status?: string | null;
  icon?: string | null;
  role?: string | null;
  ip?: string | null;
  environment?: string | null;
  tags?: string[];
  x?: number | null;
  y?: number | null;
  pinned?: boolean;
  /** How this map shows it. */
  appearance?: Appearance | null;
  /** Of a shared map: the icon that is drawn, in the address itself. */
  picture?: string | null;
}

export interface Appearance {
  alias?: string | null;
  colour?: string | null;
  icon?: string | null;
  revision?: number;
}

export interface MapEdge {
  id: string;
  type: string;
  from: number;
  to: number;
  medium?: string | null;
  speed_mbps?: number | null;
  label?: string | null;
}

export interface Topology {
  event_id?: number;
  map?: number;
  /** Of a document of the past. */
  past?: { at: string; row: number; since: string | null; is_cut: boolean; lost: number };
  nodes: MapNode[];
  edges: MapEdge[];
}

export interface TopologyDelta {
  id?: number | null;
  nodes?: { set?: MapNode[]; removed?: number[] };
  edges?: { set?: MapEdge[]; removed?: string[] };
  /** Places on any map; without `x` and `y` it was forgotten. */
  positions?: { map?: number; id: number; x: number | null; y: number | null; pinned: boolean }[];
  /** How any map shows some nodes now: all of it. */
  appearances?: ({ map?: number; id: number } & Appearance)[];
}
