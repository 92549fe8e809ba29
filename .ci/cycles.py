"""Fails if source files of one crate import each other in a cycle, and prints every cycle.

A file imports another if it names something in it by `crate::`, `self::` or `super::`. A name that a module only passes
on (`pub use`) counts as an import of the file that defines it, so a parent may re-export its children and the children
may use each other. Code for tests (`mod tests`, `tests.rs`, `testing`) is left out: it may look anywhere.
"""

import re
import sys
from pathlib import Path


def without_noise(text):
    """The code without comments, strings and the unit tests at its end."""
    literals = r"""//[^\n]*|r(#+)".*?"\1|r"[^"]*"|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\[^\n']*'?)'"""
    text = re.sub(literals, '""', text, flags=re.S)
    text = re.sub(r'pub\([^)]*\)', 'pub', text)  # who may see an item is no import
    return re.split(r'#\[cfg\(test\)\]\s*(?:pub )?mod \w+ \{', text)[0]


def flatten(tree, prefix=()):
    """The paths of a use tree: `a::{b, c::d}` is a::b and a::c::d. A new name after `as` is kept as the last word."""
    tree = tree.strip()
    if '{' not in tree:
        path, _, alias = tree.partition(' as ')
        words = tuple(word.strip() for word in path.split('::') if word.strip())
        yield prefix + words, (alias.strip() or None)
        return
    head, _, rest = tree.partition('{')
    prefix += tuple(word.strip() for word in head.split('::') if word.strip())
    depth, start, body = 0, 0, rest[: rest.rindex('}')]
    for at, character in enumerate(body + ','):
        depth += {'{': 1, '}': -1}.get(character, 0)
        if character == ',' and depth == 0:
            if body[start:at].strip():
                yield from flatten(body[start:at], prefix)
            start = at + 1


class Crate:
    def __init__(self, source):
        self.modules = {}
        for file in sorted(source.rglob('*.rs')):
            parts = file.relative_to(source).with_suffix('').parts
            if 'tests' in parts or 'testing' in parts:
                continue
            module = () if parts in (('lib',), ('main',)) else parts[:-1] if parts[-1] == 'mod' else parts
            self.modules[module] = (file, without_noise(file.read_text()))
        self.exports = {module: self.public_uses(module) for module in self.modules}

    def absolute(self, module, path):
        """The path from the crate's root, or None if it leads to another crate or to code for tests."""
        target = self.resolved(module, path)
        return None if target is None or {'tests', 'testing'} & set(target) else target

    def resolved(self, module, path):
        if path[0] == 'crate':
            return path[1:]
        if path[0] in ('self', 'super'):
            module, path = (module, path[1:]) if path[0] == 'self' else (module[:-1], path[1:])
            while path and path[0] == 'super':
                module, path = module[:-1], path[1:]
            return module + path
        return module + path if module + path[:1] in self.modules else None

    def public_uses(self, module):
        names = {}
        for tree in re.findall(r'\bpub use ([^;]+);', self.modules[module][1]):
            for path, alias in flatten(tree):
                if (target := self.absolute(module, path)) is not None:
                    names[alias or path[-1]] = target
        return names

    def defined_in(self, path, seen=()):
        """The module that defines what the path names: re-exports are followed."""
        module = path
        while module not in self.modules:
            module = module[:-1]
        name = path[len(module)] if len(path) > len(module) else None
        target = self.exports[module].get(name)
        if target is None or target in seen:
            return module
        return self.defined_in(target + path[len(module) + 1 :], (*seen, target))

    def imports(self, module):
        text = self.modules[module][1]
        text = re.sub(r'\bpub use [^;]+;', ' ', text)
        paths = [path for tree in re.findall(r'\buse ([^;]+);', text) for path, _ in flatten(tree)]
        code = re.sub(r'\buse [^;]+;', ' ', text)
        paths += [tuple(re.split(r'\s*::\s*', p)) for p in re.findall(r'\b(?:crate|self|super)(?:\s*::\s*\w+)+', code)]
        # A module may also be named without a prefix after it was imported or declared: `settings::load()`.
        paths += [tuple(p.split('::')) for p in re.findall(r'(?<![\w:])[a-z_]+(?:::\w+)+', code)]
        found = set()
        for path in paths:
            if path[-1] in ('*', 'self'):
                path = path[:-1]
            if path and (target := self.absolute(module, path)) is not None:
                found.add(self.defined_in(target))
        return found - {module}


def cycles(graph):
    """Strongly connected components of more than one module, by Tarjan's algorithm."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in sorted(graph[node]):
            if other not in index:
                visit(other)
            if other in stack:
                low[node] = min(low[node], low[other])
        if low[node] == index[node]:
            component = stack[stack.index(node) :]
            del stack[stack.index(node) :]
            if len(component) > 1:
                found.append(component)

    for node in graph:
        if node not in index:
            visit(node)
    return found


def main():
    sys.setrecursionlimit(10_000)
    root = Path(__file__).resolve().parent.parent
    failed, files, arrows = False, 0, 0
    for source in sorted(root.glob('crates/*/src')):
        crate = Crate(source)
        graph = {module: crate.imports(module) for module in crate.modules}
        files, arrows = files + len(graph), arrows + sum(map(len, graph.values()))
        for component in cycles(graph):
            failed = True
            print(f'{source.parent.relative_to(root)}: a cycle of {len(component)} files')
            for module in component:
                names = ', '.join('::'.join(m) or 'lib' for m in sorted(graph[module]) if m in component)
                print(f'    {crate.modules[module][0].relative_to(root)} imports {names}')
    if failed:
        sys.exit(1)
    print(f'no cycles among {files} files with {arrows} imports')


main()
