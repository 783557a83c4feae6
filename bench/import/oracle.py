"""Flattens DXF files with ezdxf, for the comparison of `npm run bench import-dxf`.

Usage: python3 oracle.py OUT FILE...   For each file the script writes two files and a line of JSON on stdout. N is
the number of the file, from 0. OUT/N.strokes has one polyline after the other, in float64: count of points, then x, y
of each point. OUT/N.bin.dxf is the file as binary DXF.
"""
import array
import json
import math
import sys

import ezdxf
from ezdxf import disassemble, path, recover
from ezdxf.lldxf.const import DXFError

DISTANCE = 0.0005  # greatest distance of a chord from its curve, mm
NO_PICTURE = {"TEXT", "MTEXT", "ATTRIB", "ATTDEF", "VIEWPORT", "IMAGE", "WIPEOUT", "XLINE", "RAY", "MULTILEADER",
              "TOLERANCE", "SHAPE", "BODY", "REGION", "3DSOLID", "ACAD_PROXY_ENTITY", "OLE2FRAME", "MESH"}
HATCHES = {"HATCH", "MPOLYGON"}


def is_shown(doc, entity):
    name = entity.dxf.get("layer", "0")
    if name.lower() == "defpoints" or entity.dxf.get("invisible", 0) == 1:
        return False
    if name not in doc.layers:
        return True
    layer = doc.layers.get(name)
    return not (layer.is_off() or layer.is_frozen() or layer.dxf.get("plot", 1) == 0)


def points_of(entity, unit):
    kind = entity.dxftype()
    distance = DISTANCE / unit
    if kind == "SPLINE" or kind == "HELIX":
        yield list(entity.construction_tool().flattening(distance, segments=8))
    elif kind == "POINT":
        yield [entity.dxf.location]
    elif kind in HATCHES:
        for each in path.from_hatch(entity):
            yield list(each.flattening(distance, segments=32))
    elif kind == "3DFACE":
        corners = entity.wcs_vertices(close=True)
        for a, b, visible in zip(corners, corners[1:], entity.get_edges_visibility()):
            if visible:
                yield [a, b]
    elif kind == "ARC" or kind == "CIRCLE":
        if entity.dxf.radius > 0:
            yield list(entity.flattening(distance))
    elif kind == "ELLIPSE":
        if abs(entity.dxf.end_param - entity.dxf.start_param) < 1e-9:  # ezdxf fails; CAD programs draw a full ellipse
            entity.dxf.end_param = entity.dxf.start_param + math.tau
        yield list(entity.flattening(distance, segments=64))
    elif kind == "POLYLINE" and entity.is_poly_face_mesh:
        for face in entity.virtual_entities():
            yield from points_of(face, unit)
    else:
        for primitive in disassemble.to_primitives([entity], max_flattening_distance=distance):
            if primitive.path is not None:
                for sub in primitive.path.sub_paths():
                    yield list(sub.flattening(distance, segments=32))
            elif primitive.mesh is not None:
                for face in primitive.mesh.faces:
                    corners = [primitive.mesh.vertices[i] for i in face]
                    yield corners + corners[:1]
            else:
                yield list(primitive.vertices())


def strokes(doc, unit):
    model = doc.modelspace()
    source = model if len(model) else next((each for each in doc.layouts if not each.is_modelspace), model)
    for entity in disassemble.recursive_decompose(source):
        if entity.dxftype() in NO_PICTURE or not is_shown(doc, entity):
            continue
        try:
            yield from list(points_of(entity, unit))
        except (ZeroDivisionError, ValueError):  # an arc without length: a bulge between two equal points
            continue


def main(out, files):
    for number, name in enumerate(files):
        record = {"number": number, "file": name}
        try:
            try:
                doc = ezdxf.readfile(name)
            except (DXFError, UnicodeDecodeError):
                doc, _ = recover.readfile(name)
            unit = ezdxf.units.conversion_factor(doc.units, 4) if doc.units else None
            if unit is None:
                unit = 25.4 if doc.header.get("$MEASUREMENT", 1) == 0 else 1.0
            record["unit"] = unit
            data = array.array("d")
            for line in strokes(doc, unit):
                data.append(len(line))
                for point in line:
                    data.extend((point[0], point[1]))
            with open(f"{out}/{number}.strokes", "wb") as sink:
                data.tofile(sink)
            doc.saveas(f"{out}/{number}.bin.dxf", fmt="bin")
        except Exception as error:  # the bench prints the failure and goes on
            record["error"] = f"{type(error).__name__}: {error}"
        print(json.dumps(record), flush=True)


main(sys.argv[1], sys.argv[2:])
