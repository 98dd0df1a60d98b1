using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Prediction;

namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>Weights of a blend for single columns. They are pulled towards those of all columns, and taken only where they are better
/// by more than chance explains.</summary>
/// <remarks>The comparison is cross-fitted: both kinds of weights are fitted without a fifth of the rows, and compared in the cells of
/// that fifth. Without it a column's own weights would always look better, for they are fitted to its cells.</remarks>
internal static class ColumnWeights
{
    // As strong as this many cells of the column.
    private const double PullCells = 100;

    // With fewer held-back cells a column's weights would be those of all columns anyway.
    private const int FewestCells = 60;

    private const int Folds = 5, Iterations = 1000;

    /// <summary>Gives weights of their own to the columns that gain by them.</summary>
    /// <param name="pooled">The weights of all columns.</param>
    /// <param name="rows">The rows, from which the range of each number is taken.</param>
    /// <param name="heldBack">The cells.</param>
    /// <param name="predictions">Each member's, [rows, slots].</param>
    public static BlendWeights Add(BlendWeights pooled, EncodedRows rows, HeldBackCells heldBack, float[][] predictions)
    {
        int members = predictions.Length, width = rows.Width, size = members * members;
        if (members == 1)
            return pooled;

        // Products of every column and fold, and of all columns of a kind.
        double[] products = new double[width * Folds * size], all = new double[2 * Folds * size];
        List<HeldBackCell>[] cells = [.. Enumerable.Range(0, width).Select(_ => new List<HeldBackCell>())];
        var errors = new MemberProducts(rows, predictions);
        foreach (HeldBackCell cell in heldBack.Cells)
        {
            cells[cell.Column].Add(cell);
            int fold = cell.Row % Folds, kind = Kind(rows, cell.Column);
            errors.Add(cell, products.AsSpan((cell.Column * Folds + fold) * size, size));
            errors.Add(cell, all.AsSpan((kind * Folds + fold) * size, size));
        }
        double[][] pooledFolds = [.. Enumerable.Range(0, 2 * Folds).Select(place =>
            BlendWeights.Fit(Sum(all.AsSpan(place / Folds * Folds * size, Folds * size), place % Folds, size), members))];
        double[]?[] columns = new double[]?[width];
        for (int i = 0; i < width; i++)
        {
            if (cells[i].Count < FewestCells)
                continue;
            Span<double> own = products.AsSpan(i * Folds * size, Folds * size);
            double pull = PullCells / cells[i].Count;
            int kind = Kind(rows, i);
            double[][] folds = new double[Folds][];
            for (int fold = 0; fold < Folds; fold++)
                folds[fold] = BlendWeights.Fit(Sum(own, fold, size), pooledFolds[kind * Folds + fold], pull, Iterations);
            if (AreBetter(rows.Encoder, cells[i], predictions, folds, pooledFolds.AsSpan(kind * Folds, Folds)))
                columns[i] = BlendWeights.Fit(Sum(own, -1, size), kind == 0 ? pooled.Numbers : pooled.Categories, pull, Iterations);
        }
        return Array.TrueForAll(columns, own => own is null) ? pooled : pooled with { Columns = columns };
    }

    private static int Kind(EncodedRows rows, int column) => rows.Columns[column].Scaler is null ? 1 : 0;

    /// <summary>The sum over folds, one left out.</summary>
    private static double[] Sum(ReadOnlySpan<double> folds, int without, int size)
    {
        double[] sum = new double[size];
        for (int fold = 0; fold < Folds; fold++)
        {
            for (int i = 0; i < size && fold != without; i++)
                sum[i] += folds[fold * size + i];
        }
        return sum;
    }

    /// <summary>Whether the squared errors are smaller by more than chance, and no fewer categories right.</summary>
    private static bool AreBetter(
        TableEncoder encoder, List<HeldBackCell> cells, float[][] predictions, double[][] own, ReadOnlySpan<double[]> pooled)
    {
        int right = 0;
        var differences = new PairedErrors();
        foreach (HeldBackCell cell in cells)
        {
            (double error, bool isRight) = Error(encoder, cell, predictions, own[cell.Row % Folds]);
            (double other, bool wasRight) = Error(encoder, cell, predictions, pooled[cell.Row % Folds]);
            right += (isRight ? 1 : 0) - (wasRight ? 1 : 0);
            differences.Add(error, other);
        }
        return right >= 0 && differences.AreSmaller;
    }

    /// <summary>The squared error of a weighted mean, and whether the likeliest category is the true one.</summary>
    private static (double Error, bool IsRight) Error(TableEncoder encoder, HeldBackCell cell, float[][] predictions, double[] weights)
    {
        EncodedColumn column = encoder.Encoded[cell.Column];
        int first = cell.Row * encoder.SlotCount + column.FirstSlot;
        Span<float> slots = stackalloc float[column.SlotCount];
        double error = 0;
        for (int slot = 0; slot < slots.Length; slot++)
        {
            for (int i = 0; i < weights.Length; i++)
                slots[slot] += (float)weights[i] * predictions[i][first + slot];
            double truth = column.Scaler is not null ? cell.Truth : slot == (int)cell.Truth ? 1 : 0;
            error += Math.Pow(slots[slot] - truth, 2);
        }
        return (error, column.Scaler is not null || CategoryChoice.Largest(slots) == (int)cell.Truth);
    }
}
