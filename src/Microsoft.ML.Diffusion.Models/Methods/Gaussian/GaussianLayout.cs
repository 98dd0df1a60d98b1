using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Prediction;

namespace Microsoft.ML.Diffusion.Models.Methods.Gaussian;

/// <summary>Which dimension of a normal distribution stands for each slot: one for a number, one for each category. Where
/// that were too many, the rare categories of a column share one, and the columns with the fewest observed cells have none.</summary>
internal sealed class GaussianLayout
{
    private readonly TableEncoder _encoder;

    // Per encoded column: its first dimension and how many it has.
    private readonly int[] _first;
    private readonly int[] _counts;

    // Per slot: its dimension, and which share of what that says is its own. The mean or frequency of slots without one.
    private readonly int[] _dimensions;
    private readonly float[] _shares;

    private GaussianLayout(TableEncoder encoder, int[] first, int[] counts, int[] dimensions, float[] shares)
    {
        (_encoder, _first, _counts, _dimensions, _shares) = (encoder, first, counts, dimensions, shares);
        Size = counts.Sum();
    }

    /// <summary>The number of dimensions.</summary>
    public int Size { get; }

    /// <summary>Lays out the slots.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="most">The most dimensions.</param>
    public static GaussianLayout Fit(EncodedRows rows, int most)
    {
        TableEncoder encoder = rows.Encoder;
        int width = rows.Width;
        int[] observed = new int[width];
        float[] shares = SlotMeans.Of(rows, observed);
        // The most categories with a dimension of their own for which all columns fit.
        int own = TableEncoder.MostCategories;
        while (own > 2 && encoder.Encoded.Sum(column => Math.Min(column.SlotCount, own)) > most)
            own /= 2;
        int[] first = new int[width], counts = new int[width], dimensions = new int[encoder.SlotCount];
        Array.Fill(dimensions, -1);
        int next = 0;
        foreach (int i in Enumerable.Range(0, width).OrderByDescending(i => observed[i]).ThenBy(i => i))
        {
            EncodedColumn column = encoder.Encoded[i];
            int count = Math.Min(column.SlotCount, own);
            if (next + count > most)
                continue;
            (first[i], counts[i]) = (next, count);
            Place(column, shares, dimensions, next, count);
            next += count;
        }
        return new GaussianLayout(encoder, first, counts, dimensions, shares);
    }

    /// <summary>Reads the dimensions of a row, and which of them are unknown.</summary>
    /// <param name="row">Cells of one row.</param>
    /// <param name="hidden">An encoded column to take for unknown, or -1.</param>
    /// <param name="mean">Subtracted from the values.</param>
    /// <param name="centred">[dimensions]; those of unknown cells receive something that means nothing.</param>
    /// <param name="places">[dimensions]: the unknown dimensions first, then the known ones.</param>
    /// <returns>How many are unknown.</returns>
    public int Read(ReadOnlySpan<float> row, int hidden, ReadOnlySpan<double> mean, Span<double> centred, Span<int> places)
    {
        int missing = 0, known = Size;
        for (int i = 0; i < row.Length; i++)
        {
            if (_counts[i] == 0)
                continue;
            bool isUnknown = i == hidden || float.IsNaN(row[i]);
            for (int dimension = _first[i]; dimension < _first[i] + _counts[i]; dimension++)
            {
                centred[dimension] = -mean[dimension];
                places[isUnknown ? missing++ : --known] = dimension;
            }
            EncodedColumn column = _encoder.Encoded[i];
            if (column.Scaler is not null)
                centred[_first[i]] += row[i];
            else if (!isUnknown)
                centred[_dimensions[column.FirstSlot + (int)row[i]]] += 1;
        }
        return missing;
    }

    /// <summary>Writes what the dimensions say of one column.</summary>
    /// <param name="column">Which encoded column.</param>
    /// <param name="mean">Added to the values.</param>
    /// <param name="centred">[dimensions].</param>
    /// <param name="slots">A row of slots; those of the column are written.</param>
    public void Write(int column, ReadOnlySpan<double> mean, ReadOnlySpan<double> centred, Span<float> slots)
    {
        EncodedColumn description = _encoder.Encoded[column];
        Span<float> target = slots.Slice(description.FirstSlot, description.SlotCount);
        for (int i = 0; i < target.Length; i++)
        {
            int dimension = _dimensions[description.FirstSlot + i];
            float share = _shares[description.FirstSlot + i];
            target[i] = dimension < 0 ? share : (float)(mean[dimension] + centred[dimension]) * share;
        }
        if (description.Scaler is null)
            Probabilities.Normalize(target);
    }

    /// <summary>The dimension of a slot; -1 where it has none.</summary>
    public int Dimension(int slot) => _dimensions[slot];

    public void Save(BinaryWriter writer)
    {
        writer.WriteArray(_first);
        writer.WriteArray(_counts);
        writer.WriteArray(_dimensions);
        writer.WriteArray(_shares);
    }

    public static GaussianLayout Load(BinaryReader reader, TableEncoder encoder)
    {
        int[] first = reader.ReadArray<int>(), counts = reader.ReadArray<int>(), dimensions = reader.ReadArray<int>();
        float[] shares = reader.ReadFiniteSingles("shares of slots", encoder.SlotCount);
        int width = encoder.Encoded.Count;
        bool isSound = first.Length == width && counts.Length == width && dimensions.Length == encoder.SlotCount;
        CheckedReading.Require(isSound, "the dimensions of slots are not as many as slots");
        // Each dimension belongs to one column, and there is no gap.
        int next = 0;
        foreach (int i in Enumerable.Range(0, width).Where(i => counts[i] != 0).OrderBy(i => first[i]))
        {
            isSound &= first[i] == next && counts[i] > 0 && counts[i] <= encoder.Encoded[i].SlotCount;
            next += isSound ? counts[i] : 0;
        }
        for (int i = 0; i < width && isSound; i++)
        {
            EncodedColumn column = encoder.Encoded[i];
            foreach (int dimension in dimensions.AsSpan(column.FirstSlot, column.SlotCount))
                isSound &= counts[i] == 0 ? dimension == -1 : dimension >= first[i] && dimension < first[i] + counts[i];
        }
        CheckedReading.Require(isSound, "the dimensions of a column are not its own");
        return new GaussianLayout(encoder, first, counts, dimensions, shares);
    }

    /// <summary>Gives the most frequent categories a dimension each and the others the last one together.</summary>
    private static void Place(EncodedColumn column, float[] shares, int[] dimensions, int next, int count)
    {
        int[] slots = [.. Enumerable.Range(column.FirstSlot, column.SlotCount)];
        if (count < slots.Length)
            slots = [.. slots.OrderByDescending(slot => shares[slot]).ThenBy(slot => slot)];
        float rest = Math.Max(float.Epsilon, slots.Skip(count - 1).Sum(slot => shares[slot]));
        for (int i = 0; i < slots.Length; i++)
        {
            dimensions[slots[i]] = next + Math.Min(i, count - 1);
            shares[slots[i]] = i < count - 1 || count == slots.Length ? 1 : shares[slots[i]] / rest;
        }
    }
}
