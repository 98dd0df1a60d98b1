namespace Microsoft.ML.Diffusion.Evaluation.Yardsticks;

/// <summary>A classification or regression tree whose leaves list the rows that they grew from (Breiman, Friedman, Olshen and Stone
/// 1984).</summary>
internal sealed class CartTree
{
    // Rows of a leaf, as synthpop asks for.
    private const int FewestRows = 5;

    // A cut takes this share of the impurity of all rows away, at least.
    private const double LeastGain = 1e-8;

    private readonly List<Node> _nodes = [];

    private CartTree()
    {
    }

    /// <summary>Grows a tree.</summary>
    /// <param name="columns">What is known of every row, column by column; NaN is below all numbers.</param>
    /// <param name="categories">How many categories each column has, of codes from 0 on; 0 for numbers.</param>
    /// <param name="target">What the leaves are to have in common, one of every row.</param>
    /// <param name="rows">The rows to grow from, at least one.</param>
    public static CartTree Grow(IReadOnlyList<double[]> columns, IReadOnlyList<int> categories, CartTarget target, int[] rows)
    {
        var tree = new CartTree();
        double whole = target.ImpurityOf(rows);
        int[][] orders = [.. columns.Select((column, i) => categories[i] > 0 ? rows : Sorted(column, rows))];
        bool[] goesLeft = new bool[columns.Count == 0 ? 0 : columns[0].Length];
        Stack<(int Node, int[] Rows, int[][] Orders)> open = new([(tree.Add(), rows, orders)]);
        while (open.TryPop(out (int Node, int[] Rows, int[][] Orders) next))
        {
            Cut? best = null;
            for (int i = 0; i < columns.Count && next.Rows.Length >= 2 * FewestRows; i++)
            {
                Cut? cut = categories[i] > 0
                    ? OfCategories(columns[i], categories[i], target, next.Rows)
                    : OfNumbers(columns[i], target, next.Orders[i]);
                if (cut is not null && cut.Gain > (best?.Gain ?? LeastGain * whole))
                    best = cut with { Column = i };
            }
            if (best is null)
            {
                tree._nodes[next.Node] = new Node(null, next.Rows, 0);
                continue;
            }
            foreach (int row in next.Rows)
                goesLeft[row] = best.IsLeft(columns[best.Column][row]);
            int left = tree.Add(), right = tree.Add();
            tree._nodes[next.Node] = new Node(best, [], left);
            open.Push((right, Part(next.Rows, false), [.. next.Orders.Select((order, i) => categories[i] > 0 ? [] : Part(order, false))]));
            open.Push((left, Part(next.Rows, true), [.. next.Orders.Select((order, i) => categories[i] > 0 ? [] : Part(order, true))]));
        }
        return tree;

        int[] Part(int[] of, bool isLeft) => Array.FindAll(of, row => goesLeft[row] == isLeft);
    }

    /// <summary>The rows that a row would have grown with.</summary>
    /// <param name="columns">What is known of every row.</param>
    /// <param name="row">The row.</param>
    public int[] LeafOf(IReadOnlyList<double[]> columns, int row)
    {
        int node = 0;
        while (_nodes[node].Cut is { } cut)
            node = _nodes[node].Left + (cut.IsLeft(columns[cut.Column][row]) ? 0 : 1);
        return _nodes[node].Rows;
    }

    private int Add()
    {
        _nodes.Add(new Node(null, [], 0));
        return _nodes.Count - 1;
    }

    private static int[] Sorted(double[] column, int[] rows)
    {
        int[] order = [.. rows];
        double[] keys = [.. rows.Select(row => column[row])];
        // NaN comes first.
        Array.Sort(keys, order);
        return order;
    }

    private static Cut? OfNumbers(double[] column, CartTarget target, int[] order)
    {
        CartTarget.Halves halves = target.Begin(order);
        double most = 0, at = double.NaN;
        for (int i = 0; i < order.Length - FewestRows; i++)
        {
            halves.MoveLeft(order[i]);
            double here = column[order[i]], next = column[order[i + 1]];
            if (i + 1 < FewestRows || here.Equals(next))
                continue;
            double gain = halves.Gain();
            if (gain > most)
                (most, at) = (gain, double.IsNaN(here) ? double.NegativeInfinity : (here / 2) + (next / 2));
        }
        return most > 0 ? new Cut(0, most, at, null) : null;
    }

    // Categories in the order of what their rows have, as the best cut of two classes or of numbers is one in this order.
    private static Cut? OfCategories(double[] column, int categories, CartTarget target, int[] rows)
    {
        int CodeOf(int row) => double.IsNaN(column[row]) ? categories : (int)column[row];
        double[] means = target.MeansBy(rows, CodeOf, categories + 1);
        int[] codes = [.. Enumerable.Range(0, categories + 1).Where(code => !double.IsNaN(means[code])).OrderBy(code => means[code])];
        if (codes.Length < 2)
            return null;
        List<int>[] ofCode = [.. Enumerable.Range(0, categories + 1).Select(_ => new List<int>())];
        foreach (int row in rows)
            ofCode[CodeOf(row)].Add(row);
        CartTarget.Halves halves = target.Begin(rows);
        double most = 0;
        int last = -1, count = 0;
        for (int i = 0; i < codes.Length - 1; i++)
        {
            foreach (int row in ofCode[codes[i]])
                halves.MoveLeft(row);
            count += ofCode[codes[i]].Count;
            if (count < FewestRows || rows.Length - count < FewestRows)
                continue;
            double gain = halves.Gain();
            if (gain > most)
                (most, last) = (gain, i);
        }
        if (last < 0)
            return null;
        bool[] isLeft = new bool[categories + 1];
        for (int i = 0; i <= last; i++)
            isLeft[codes[i]] = true;
        return new Cut(0, most, 0, isLeft);
    }

    private sealed record Node(Cut? Cut, int[] Rows, int Left);

    private sealed record Cut(int Column, double Gain, double At, bool[]? Codes)
    {
        public bool IsLeft(double value) => Codes is null ? !(value > At) : Codes[double.IsNaN(value) ? Codes.Length - 1 : (int)value];
    }
}
