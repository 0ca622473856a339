// SPDX-License-Identifier: GPL-2.0-only
/*
 * The control-flow graph of each program in the language of dot(1): a box for each piece
 * without jumps, the instruction that was refused in red.
 */
#include <stdio.h>
#include <stdlib.h>
#include "show.h"
#include "world.h"

#define INSN_BYTES	160

/* text in a label, each line flush left */
static void put_label(const char *text)
{
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putchar('\\');
		putchar(*text);
	}
	printf("\\l");
}

static void put_node(const struct object *o, unsigned int n, const struct graph_node *node)
{
	const struct verdict *v = &o->verdict[n];
	bool bad = v->kind == VERDICT_REFUSED && v->pc >= (int)node->first &&
		   v->pc < (int)node->end;
	char insn[INSN_BYTES], line[INSN_BYTES + 16], *named;
	unsigned int pc;

	printf("    p%u_%u [label=\"", n, node->first);
	for (pc = node->first; pc < node->end;) {
		unsigned int at = pc;

		pc += graph_insn(v->insns, v->count, pc, insn, sizeof(insn));
		named = object_name_maps(o, insn);
		snprintf(line, sizeof(line), "%s%u: %s",
			 bad && v->pc == (int)at ? "> " : "", at, named);
		put_label(line);
		free(named);
	}
	printf("\"%s];\n", bad ? ", color=red, penwidth=2" : "");
	if (node->jump >= 0)
		printf("    p%u_%u -> p%u_%d%s;\n", n, node->first, n, node->jump,
		       node->next >= 0 ? " [label=\"true\"]" : "");
	if (node->next >= 0)
		printf("    p%u_%u -> p%u_%d%s;\n", n, node->first, n, node->next,
		       node->jump >= 0 ? " [label=\"false\"]" : "");
}

static void put_graph(const struct object *o, unsigned int n)
{
	const struct verdict *v = &o->verdict[n];
	struct graph_node *nodes = calloc(v->count + 1, sizeof(*nodes));
	unsigned int count = nodes ? graph_nodes(v->insns, v->count, nodes) : 0, i;

	printf("  subgraph cluster_%u {\n    label=\"%s\";\n", n, v->program);
	for (i = 0; i < count; i++)
		put_node(o, n, &nodes[i]);
	printf("  }\n");
	free(nodes);
}

/**
 * dot_object() - the graphs of all programs of an object, as one graph
 * @o:	the object
 */
void dot_object(const struct object *o)
{
	unsigned int i;

	printf("digraph \"");
	for (i = 0; o->path[i]; i++)
		printf("%s%c", o->path[i] == '"' || o->path[i] == '\\' ? "\\" : "", o->path[i]);
	printf("\" {\n  node [shape=box, fontname=monospace];\n");
	for (i = 0; i < o->count; i++)
		if (o->verdict[i].insns)
			put_graph(o, i);
	printf("}\n");
}
