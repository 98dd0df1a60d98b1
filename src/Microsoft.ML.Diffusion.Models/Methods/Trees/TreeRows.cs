namespace Microsoft.ML.Diffusion.Models.Methods.Trees;

/// <summary>What the trees of one column are grown from.</summary>
internal sealed class TreeRows
{
    // A number that more than this share of the rows have is common.
    private const double CommonShare = 0.01;

    private readonly HashSet<float> _common;

    /// <param name="categories">Of the column; 0 for a number.</param>
    /// <param name="inputs">The slots that are inputs.</param>
    /// <param name="targets">[rows]: scaled numbers or numbers of categories.</param>
    public TreeRows(int categories, int[] inputs, float[] targets)
    {
        Categories = categories;
        Inputs = inputs;
        Targets = targets;
        Values = new float[inputs.Length * targets.Length];
        _common = categories > 0 ? [] : Common(targets);
    }

    private TreeRows(TreeRows rows, float[][] splitTargets)
    {
        (Categories, Inputs, Targets, Values, Cuts, Bins) = (rows.Categories, rows.Inputs, rows.Targets, rows.Values, rows.Cuts, rows.Bins);
        (_common, SplitTargets) = (rows._common, splitTargets);
    }

    public int Categories { get; }

    /// <summary>The slot of every input.</summary>
    public int[] Inputs { get; }

    public int Count => Targets.Length;

    /// <summary>[rows]: scaled numbers or numbers of categories.</summary>
    public float[] Targets { get; }

    /// <summary>Numbers whose squared error a cut makes small; null where that is the targets' own, or their Gini impurity.</summary>
    public float[][]? SplitTargets { get; }

    /// <summary>[inputs, rows].</summary>
    public float[] Values { get; }

    /// <summary>Per input, where its values are cut; null unless <see cref="Sort"/> was called.</summary>
    public float[][]? Cuts { get; private set; }

    /// <summary>[inputs, rows]: how many cuts lie below each value.</summary>
    public byte[] Bins { get; private set; } = [];

    /// <summary>Whether many rows have this number.</summary>
    public bool IsCommon(float target) => _common.Contains(target);

    /// <summary>Takes the inputs of one row.</summary>
    public void Take(int row, ReadOnlySpan<float> slots)
    {
        for (int i = 0; i < Inputs.Length; i++)
            Values[(i * Count) + row] = slots[Inputs[i]];
    }

    /// <summary>The same rows, whose nodes are split by other targets: their own only tell what leaves say.</summary>
    /// <param name="targets">[rows] each: numbers. At every node one of them is taken at random.</param>
    public TreeRows SplitBy(float[][] targets) => new(this, targets);

    /// <summary>The first of the rows.</summary>
    /// <param name="count">How many.</param>
    public TreeRows First(int count)
    {
        var first = new TreeRows(Categories, Inputs, Targets[..count]);
        for (int i = 0; i < Inputs.Length; i++)
            Values.AsSpan(i * Count, count).CopyTo(first.Values.AsSpan(i * count));
        return first;
    }

    /// <summary>The same rows, beginning with another one; those before it follow the last.</summary>
    /// <param name="start">Which row comes first.</param>
    public TreeRows BeginningAt(int start)
    {
        if (start == 0)
            return this;
        var turned = new TreeRows(Categories, Inputs, [.. Targets.AsSpan(start), .. Targets.AsSpan(0, start)]);
        for (int i = 0; i < Inputs.Length; i++)
        {
            Span<float> to = turned.Values.AsSpan(i * Count, Count);
            Values.AsSpan(i * Count + start, Count - start).CopyTo(to);
            Values.AsSpan(i * Count, start).CopyTo(to[(Count - start)..]);
        }
        return turned;
    }

    private static HashSet<float> Common(float[] targets)
    {
        float[] sorted = [.. targets];
        Array.Sort(sorted);
        int least = 1 + (int)(CommonShare * sorted.Length);
        HashSet<float> common = [];
        for (int i = least; i < sorted.Length; i++)
        {
            if (sorted[i] == sorted[i - least])
                common.Add(sorted[i]);
        }
        return common;
    }

    /// <summary>Sorts every input into bins of about as many rows each.</summary>
    /// <param name="most">The most bins, up to 256.</param>
    public void Sort(int most)
    {
        Cuts = new float[Inputs.Length][];
        Bins = new byte[Values.Length];
        for (int i = 0; i < Inputs.Length; i++)
        {
            ReadOnlySpan<float> values = Values.AsSpan(i * Count, Count);
            float[] sorted = values.ToArray();
            Array.Sort(sorted);
            List<float> cuts = [];
            for (int cut = 1; cut < most; cut++)
            {
                int place = (int)((long)cut * Count / most);
                // At a value, however many rows have it: those that have it go left, and some must go right.
                if (place > 0 && sorted[place - 1] < sorted[^1] && (cuts.Count == 0 || sorted[place - 1] > cuts[^1]))
                    cuts.Add(sorted[place - 1]);
            }
            Cuts[i] = [.. cuts];
            for (int row = 0; row < Count; row++)
            {
                int place = Array.BinarySearch(Cuts[i], values[row]);
                Bins[(i * Count) + row] = (byte)(place < 0 ? ~place : place);
            }
        }
    }
}
