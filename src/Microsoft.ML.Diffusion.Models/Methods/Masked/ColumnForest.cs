using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.Trees;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>A random forest that tells the probabilities of a column's tokens given those of some other columns: the shares of tokens in
/// the leaves that a row falls in, on average over trees (Meinshausen 2006, "Quantile regression forests").</summary>
internal sealed class ColumnForest
{
    /// <summary>A column with more tokens has no forest.</summary>
    public const int MostTokens = 1024;

    /// <summary>A forest looks at so many columns at most.</summary>
    public const int MostInputs = 256;

    private const int Trees = 20, SmallestLeaf = 10, SmallestSplit = 40, MostBins = 128;

    // In how many orders trees see the categories of other columns, where they predict categories; and in how many ways these are halved.
    private const int MostOrders = 5, Halvings = 10;

    // A rare category has the mean of all rows, as if that were the mean of so many rows of it.
    private const double PriorRows = 10;

    private readonly int[] _columns;
    private readonly Group[] _groups;

    private ColumnForest(int[] columns, Group[] groups) => (_columns, _groups) = (columns, groups);

    /// <summary>Grows a forest.</summary>
    /// <param name="columns">All columns.</param>
    /// <param name="tokens">Rows of tokens.</param>
    /// <param name="rows">The rows to learn from, in which this column and the inputs have tokens; at least one.</param>
    /// <param name="column">The column.</param>
    /// <param name="inputs">The columns that are known; at least one.</param>
    /// <param name="random">Everything random.</param>
    /// <param name="deadline">When it is over, there is no forest.</param>
    /// <returns>Null where time was over.</returns>
    public static ColumnForest? Grow(
        TokenColumn[] columns, int[] tokens, int[] rows, int column, int[] inputs, Philox random, TrainingDeadline deadline)
    {
        int width = columns.Length;
        TokenColumn own = columns[column];
        int[] targets = TokensOf(column);
        int[][] known = [.. inputs.Select(TokensOf)];
        List<Group> groups = [];
        var grower = new TreeGrower();
        TreeSettings settings = new() { Forest = true, SmallestSplit = SmallestSplit, SmallestLeaf = SmallestLeaf };
        float[][] partings = Array.ConvertAll(
            Partings(own, targets, random.Fork(0)), parting => Array.ConvertAll(targets, token => parting[token]));
        // Categories have no order, so that those of the inputs are put in several.
        int orders = own.Positions.IsEmpty ? Math.Min(partings.Length, MostOrders) : 1, count = Trees / orders;
        for (int order = 0; order < orders; order++)
        {
            float[][] codes = [.. inputs.Select((input, i) => Codes(columns[input], known[i], partings[order]))];
            var grown = new TreeRows(
                own.Count, [.. Enumerable.Range(0, inputs.Length)], Array.ConvertAll(targets, token => (float)token)).PartedBy(partings);
            float[] values = new float[inputs.Length];
            for (int row = 0; row < rows.Length; row++)
            {
                for (int i = 0; i < values.Length; i++)
                    values[i] = codes[i][known[i][row]];
                grown.Take(row, values);
            }
            grown.Sort(MostBins);
            var trees = new GrownTree[count];
            Philox tossed = random.Fork((ulong)order + 1);
            for (int tree = 0; tree < count; tree++)
                trees[tree] = grower.Grow(grown, settings, tossed.Fork((ulong)tree), deadline);
            if (deadline.IsOver)
                return null;
            groups.Add(new Group(codes, new TreeEnsemble(own.Count, grown.Inputs, trees)));
        }
        return new ColumnForest(inputs, [.. groups]);

        int[] TokensOf(int of) => Array.ConvertAll(rows, row => tokens[(row * width) + of]);
    }

    /// <summary>Writes the probabilities of the tokens.</summary>
    /// <param name="row">The row's tokens; the inputs are known.</param>
    /// <param name="shares">[tokens of the column].</param>
    public void Shares(ReadOnlySpan<int> row, Span<float> shares)
    {
        Span<float> values = stackalloc float[_columns.Length], own = stackalloc float[shares.Length];
        shares.Clear();
        foreach (Group group in _groups)
        {
            for (int i = 0; i < values.Length; i++)
                values[i] = group.Codes[i][row[_columns[i]]];
            group.Trees.Predict(values, own);
            for (int token = 0; token < own.Length; token++)
                shares[token] += own[token] / _groups.Length;
        }
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_groups.Length);
        foreach (Group group in _groups)
        {
            foreach (float[] codes in group.Codes)
                writer.WriteArray(codes);
            group.Trees.Save(writer);
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="reader">Where to read from.</param>
    /// <param name="columns">All columns.</param>
    /// <param name="column">The column.</param>
    /// <param name="inputs">The columns that it looks at.</param>
    public static ColumnForest Load(BinaryReader reader, TokenColumn[] columns, int column, int[] inputs)
    {
        Group[] groups = reader.ReadItems(sizeof(int), "trees of a forest", reader =>
        {
            float[][] codes = [.. inputs.Select(input => reader.ReadFiniteSingles("places of tokens", columns[input].Count))];
            return new Group(codes, TreeEnsemble.Load(reader, columns[column].Count, inputs.Length));
        });
        CheckedReading.Require(groups.Length > 0, "a forest has no trees");
        return new ColumnForest(inputs, groups);
    }

    /// <summary>By what trees part rows, a number for each token: by the place of a number, and whether it is missing; by random halves
    /// of the rows with some categories each.</summary>
    private static float[][] Partings(TokenColumn column, int[] targets, Philox random)
    {
        if (!column.Positions.IsEmpty)
        {
            float[] places = new float[column.Count], missing = new float[column.Count];
            column.Positions.CopyTo(places);
            if (column.MissingToken < 0)
                return [places];
            missing[column.MissingToken] = 1;
            return [places, places, places, missing];
        }
        int[] counts = new int[column.Count], order = new int[column.Count];
        foreach (int token in targets)
            counts[token]++;
        float[][] halves = new float[column.Count == 2 ? 1 : Halvings][];
        for (int i = 0; i < halves.Length; i++)
        {
            halves[i] = new float[column.Count];
            random.Fork((ulong)i).Permutation(order);
            (int left, int right) = (0, 0);
            foreach (int token in order)
            {
                bool goesRight = right < left;
                halves[i][token] = goesRight ? 1 : 0;
                (left, right) = goesRight ? (left, right + counts[token]) : (left + counts[token], right);
            }
        }
        return halves;
    }

    /// <summary>A number in place of each token: of ordered tokens their order; of categories the mean of what rows are parted by, so that
    /// a cut parts those with high means from those with low ones (Breiman et al. 1984, section 4.2).</summary>
    private static float[] Codes(TokenColumn input, int[] tokens, float[] by)
    {
        if (!input.Positions.IsEmpty)
            return [.. Enumerable.Range(0, input.Count).Select(token => (float)token)];
        double[] sums = new double[input.Count], counts = new double[input.Count];
        for (int row = 0; row < tokens.Length; row++)
        {
            sums[tokens[row]] += by[row];
            counts[tokens[row]]++;
        }
        double mean = by.Average(each => (double)each);
        return [.. sums.Select((sum, token) => (float)((sum + (PriorRows * mean)) / (counts[token] + PriorRows)))];
    }

    /// <summary>Trees that see the categories of the inputs in one order.</summary>
    /// <param name="Codes">Of each input the number in its place, token by token.</param>
    /// <param name="Trees">The trees.</param>
    private sealed record Group(float[][] Codes, TreeEnsemble Trees);
}
