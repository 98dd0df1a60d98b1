using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.Donors;
using Microsoft.ML.Diffusion.Models.Methods.Trees;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>Chooses between a plain scaling and that of a logarithm for columns of numbers that are neither clearly spread over many powers
/// of ten nor clearly not: those for which <see cref="LogScaler"/>'s rule is near its limits. A few trees predict held-back cells from the
/// other columns on both scales.</summary>
/// <remarks>The logarithm is taken where both sizes and the numbers themselves are predicted better by more than chance explains, as where
/// a few numbers are wild and the others are not. A logarithm nearly always lowers the error of small numbers, and often raises that of
/// large ones: resistances of yachts are such a column, and their error rises with it (.187 to .194).</remarks>
internal static class ScalingChoice
{
    // So few that a column takes some milliseconds. A third of the rows is held back.
    private const int MostRows = 1200, Trees = 20, FewestRows = 150, MostTried = 20, SmallestSplit = 10;

    // Of a limited time for all columns.
    private const double Time = 0.02;

    // Differences of less than this many standard errors may be chance.
    private const double Noise = 2;

    /// <summary>Chooses.</summary>
    /// <param name="encoder">Fitted on the rows by the rule.</param>
    /// <param name="table">The rows.</param>
    /// <param name="random">What is random.</param>
    /// <param name="deadline">When it is over, the rule decides.</param>
    /// <param name="cancel">Looked at before every column.</param>
    /// <returns>The same encoder, or one that has logarithms in more columns.</returns>
    public static TableEncoder Choose(
        TableEncoder encoder, ITableRows table, Philox random, TrainingDeadline deadline, CancellationToken cancel)
    {
        deadline = deadline.First(Time);
        TableEncoder chosen = encoder;
        EncodedRows? sample = null;
        for (int column = 0; column < encoder.Encoded.Count && !deadline.IsOver; column++)
        {
            cancel.ThrowIfCancellationRequested();
            if (encoder.OpenLogarithm(table, column) is not { } logarithm)
                continue;
            sample ??= Sample(encoder, table, random.Fork(0));
            if (IsBetter(encoder, sample, column, logarithm, random.Fork((ulong)column + 1), deadline))
                chosen = chosen.With(column, logarithm);
        }
        return chosen;
    }

    private static EncodedRows Sample(TableEncoder encoder, ITableRows table, Philox random)
    {
        int[] chosen = RowSample.Of(table.RowCount, Math.Min(MostRows, table.RowCount), random);
        var rows = new EncodedRows(encoder, chosen.Length);
        double[] values = new double[table.Columns.Count];
        for (int i = 0; i < chosen.Length; i++)
        {
            table.Read(chosen[i], values);
            encoder.Encode(values, rows.Row(i));
        }
        return rows;
    }

    private static bool IsBetter(
        TableEncoder encoder, EncodedRows sample, int column, NumericScaler logarithm, Philox random, TrainingDeadline deadline)
    {
        NumericScaler plain = encoder.Encoded[column].Scaler!;
        int[] order = new int[sample.RowCount];
        random.Permutation(order);
        int[] rows = [.. order.Where(row => !float.IsNaN(sample.Row(row)[column]))];
        int[] inputs = DonorTarget.InputsOf(column, encoder);
        if (rows.Length < FewestRows || inputs.Length == 0)
            return false;
        int learnt = rows.Length * 2 / 3;
        float[][] slots = Array.ConvertAll(rows, row =>
        {
            float[] own = new float[encoder.SlotCount];
            encoder.WriteKnown(sample.Row(row), own);
            return own;
        });
        double[] numbers = Array.ConvertAll(rows, row => plain.UnscaleFreely(sample.Row(row)[column]));
        double[] plainly = Predict(plain), byLogarithm = Predict(logarithm);
        if (deadline.IsOver)
            return false;
        return InStandardErrors(Differences(logarithm)) < -Noise && InStandardErrors(Differences(plain)) < -Noise;

        // How much larger the squared errors are that the logarithm leads to.
        double[] Differences(NumericScaler scale) => [.. plainly.Select((guess, i) =>
        {
            float truth = scale.Scale(numbers[learnt + i]);
            return Square(scale.Scale(byLogarithm[i]) - truth) - Square(scale.Scale(guess) - truth);
        })];

        double[] Predict(NumericScaler scaler)
        {
            var grown = new TreeRows(0, inputs, Array.ConvertAll(numbers[..learnt], scaler.Scale));
            for (int i = 0; i < learnt; i++)
                grown.Take(i, slots[i]);
            var settings = new TreeSettings { SmallestSplit = SmallestSplit, Tried = Math.Min(1, MostTried / (double)inputs.Length) };
            var grower = new TreeGrower();
            IEnumerable<GrownTree> all = Enumerable.Range(0, Trees)
                .Select(tree => grower.Grow(grown, settings, random.Fork((ulong)tree), deadline));
            var trees = new TreeEnsemble(0, inputs, [.. all]);
            float[] mean = new float[1];
            return Array.ConvertAll(slots[learnt..], row =>
            {
                trees.Predict(row, mean);
                return scaler.Unscale(mean[0]);
            });
        }
    }

    /// <summary>The mean of differences, divided by its standard error.</summary>
    private static double InStandardErrors(double[] differences)
    {
        double mean = differences.Average(), squares = differences.Sum(one => Square(one - mean));
        return mean * differences.Length / Math.Sqrt(Math.Max(squares, double.Epsilon));
    }

    private static double Square(double x) => x * x;
}
