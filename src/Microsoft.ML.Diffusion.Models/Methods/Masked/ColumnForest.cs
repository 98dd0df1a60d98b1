using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.Trees;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>A random forest that tells the probabilities of a column's tokens given those of some other columns: how frequent they are in
/// the leaves that a row falls in, on average over trees (Meinshausen 2006, "Quantile regression forests").</summary>
internal sealed class ColumnForest
{
    /// <summary>A column with more tokens has no forest.</summary>
    public const int MostTokens = 1024;

    private const int Trees = 20, SmallestLeaf = 10, SmallestSplit = 40, MostBins = 128;

    // Split targets of a column of more than two categories, and how many of them the categories of other columns are encoded by.
    private const int Halvings = 10, MostEncodings = 5;

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
        float[][] splitTargets = Array.ConvertAll(
            SplitTargets(own, targets, random.Fork(0)), target => Array.ConvertAll(targets, token => target[token]));
        int encodings = Math.Min(splitTargets.Length, MostEncodings), count = Trees / encodings;
        for (int encoding = 0; encoding < encodings && !deadline.IsOver; encoding++)
        {
            float[][] codes = [.. inputs.Select((input, i) => Encode(columns[input], known[i], splitTargets[encoding]))];
            var grown = new TreeRows(
                own.Count, [.. Enumerable.Range(0, inputs.Length)], Array.ConvertAll(targets, token => (float)token)).SplitBy(splitTargets);
            float[] values = new float[inputs.Length];
            for (int row = 0; row < rows.Length; row++)
            {
                for (int i = 0; i < values.Length; i++)
                    values[i] = codes[i][known[i][row]];
                grown.Take(row, values);
            }
            grown.Sort(MostBins);
            var trees = new GrownTree[count];
            Philox tossed = random.Fork((ulong)encoding + 1);
            for (int tree = 0; tree < count; tree++)
                trees[tree] = grower.Grow(grown, settings, tossed.Fork((ulong)tree), deadline);
            groups.Add(new Group(codes, new TreeEnsemble(own.Count, grown.Inputs, trees)));
        }
        return deadline.IsOver ? null : new ColumnForest(inputs, [.. groups]);

        int[] TokensOf(int of) => Array.ConvertAll(rows, row => tokens[(row * width) + of]);
    }

    /// <summary>Writes the probabilities of the tokens.</summary>
    /// <param name="row">The row's tokens; the inputs are known.</param>
    /// <param name="probabilities">[tokens of the column].</param>
    public void Probabilities(ReadOnlySpan<int> row, Span<float> probabilities)
    {
        Span<float> values = stackalloc float[_columns.Length], own = stackalloc float[probabilities.Length];
        probabilities.Clear();
        foreach (Group group in _groups)
        {
            for (int i = 0; i < values.Length; i++)
                values[i] = group.Codes[i][row[_columns[i]]];
            group.Trees.Predict(values, own);
            for (int token = 0; token < own.Length; token++)
                probabilities[token] += own[token] / _groups.Length;
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
            float[][] codes = [.. inputs.Select(input => reader.ReadFiniteSingles("encodings of tokens", columns[input].Count))];
            return new Group(codes, TreeEnsemble.Load(reader, columns[column].Count, inputs.Length));
        });
        CheckedReading.Require(groups.Length > 0, "a forest has no trees");
        return new ColumnForest(inputs, groups);
    }

    /// <summary>What nodes are split by, a number for each token: the place of a number, and whether it is missing; random halves of the
    /// rows with some categories each.</summary>
    private static float[][] SplitTargets(TokenColumn column, int[] targets, Philox random)
    {
        if (!column.Positions.IsEmpty)
        {
            float[] places = new float[column.Count], missing = new float[column.Count];
            column.Positions.CopyTo(places);
            if (column.MissingToken < 0)
                return [places];
            missing[column.MissingToken] = 1;
            return [places, missing];
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

    /// <summary>A number in place of each token: of ordered tokens their order; of categories the mean of the split target, so that a
    /// cut is between those with high means and those with low ones (Breiman et al. 1984, section 4.2).</summary>
    private static float[] Encode(TokenColumn input, int[] tokens, float[] target)
    {
        if (!input.Positions.IsEmpty)
            return [.. Enumerable.Range(0, input.Count).Select(token => (float)token)];
        double[] sums = new double[input.Count], counts = new double[input.Count];
        for (int row = 0; row < tokens.Length; row++)
        {
            sums[tokens[row]] += target[row];
            counts[tokens[row]]++;
        }
        double mean = target.Average(each => (double)each);
        return [.. sums.Select((sum, token) => (float)((sum + (PriorRows * mean)) / (counts[token] + PriorRows)))];
    }

    /// <summary>Trees to which the inputs are encoded the same.</summary>
    /// <param name="Codes">Of each input the number in its place, token by token.</param>
    /// <param name="Trees">The trees.</param>
    private sealed record Group(float[][] Codes, TreeEnsemble Trees);
}
