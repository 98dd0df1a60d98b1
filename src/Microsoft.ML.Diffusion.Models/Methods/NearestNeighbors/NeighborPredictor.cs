using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Neighbors;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.NearestNeighbors;

/// <summary>Weighted means of the nearest rows in which the cell is known (Troyanskaya et al. 2001). The distance is the mean over
/// the columns known in both rows of a number's squared difference as a share of what it is between two random rows, and of 1
/// where categories differ.</summary>
internal sealed class NeighborPredictor : CellPredictor
{
    // Added to squared distances before they are divided by, so that a row that is the same does not count alone.
    private const float Nearest = 1e-3f;

    [ThreadStatic]
    private static Memory? s_memory;

    private readonly TableEncoder _encoder;
    private readonly int _neighbors;

    // [encoded columns, rows]: column after column, to compare many rows at once.
    private readonly float[] _columns;

    // Per encoded column: what squared differences of numbers are multiplied by.
    private readonly float[] _scales;

    // [slots]: the answer where there are no neighbours.
    private readonly float[] _means;

    private NeighborPredictor(TableEncoder encoder, int neighbors, float[] columns, float[] scales, float[] means)
    {
        (_encoder, _neighbors, _columns, _scales, _means) = (encoder, neighbors, columns, scales, means);
    }

    /// <inheritdoc/>
    public override string Name => "neighbors";

    private int MostNeighbors => Math.Min(_neighbors, RowCount);

    private int RowCount => _columns.Length / _encoder.Encoded.Count;

    /// <summary>Keeps rows.</summary>
    /// <param name="table">The rows.</param>
    /// <param name="settings">How.</param>
    /// <param name="random">Chooses rows where there are many.</param>
    /// <param name="cancel">Looked at once.</param>
    public static NeighborPredictor Fit(
        EncodedRows table, NeighborSettings settings, Philox random, CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        TableEncoder encoder = table.Encoder;
        int width = table.Width;
        int[] rows = RowSample.Of(table.RowCount, settings.MostRows, random);
        float[] columns = new float[rows.Length * width], scales = new float[width];
        float[] means = SlotMeans.Of(table, new int[width]);
        for (int i = 0; i < width; i++)
        {
            double squares = 0;
            int count = 0;
            for (int row = 0; row < rows.Length; row++)
            {
                float value = table.Row(rows[row])[i];
                columns[(i * rows.Length) + row] = value;
                if (float.IsNaN(value) || encoder.Encoded[i].Scaler is null)
                    continue;
                double difference = value - means[encoder.Encoded[i].FirstSlot];
                squares += difference * difference;
                count++;
            }
            // Two random rows differ by twice the variance on average.
            scales[i] = squares > 0 ? (float)(count / (2 * squares)) : 1;
        }
        return new NeighborPredictor(encoder, settings.Neighbors, columns, scales, means);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static NeighborPredictor Load(BinaryReader reader, TableEncoder encoder)
    {
        int neighbors = reader.ReadBetween(1, int.MaxValue, "the number of neighbours"), width = encoder.Encoded.Count;
        float[] columns = reader.ReadArray<float>();
        CheckedReading.Require(columns.Length > 0 && columns.Length % width == 0, "the rows that it keeps are not whole");
        int rows = columns.Length / width;
        for (int i = 0; i < width; i++)
        {
            int categories = encoder.Encoded[i].Categories;
            foreach (float cell in columns.AsSpan(i * rows, rows))
            {
                bool isSound = float.IsNaN(cell)
                    || (categories == 0 ? float.IsFinite(cell) : cell >= 0 && cell < categories && cell == MathF.Floor(cell));
                CheckedReading.Require(isSound, "a cell of a row that it keeps is none of its column");
            }
        }
        float[] scales = reader.ReadFiniteSingles("scales", width);
        return new NeighborPredictor(encoder, neighbors, columns, scales, reader.ReadFiniteSingles("means", encoder.SlotCount));
    }

    /// <inheritdoc/>
    public override void Save(BinaryWriter writer)
    {
        writer.Write(_neighbors);
        writer.WriteArray(_columns);
        writer.WriteArray(_scales);
        writer.WriteArray(_means);
    }

    /// <inheritdoc/>
    public override void Predict(
        ReadOnlySpan<float> cells, int rows, Span<float> predictions, Workspace workspace, CancellationToken cancel = default)
    {
        Memory memory = s_memory ??= new();
        memory.Reserve(RowCount, MostNeighbors);
        int width = _encoder.Encoded.Count;
        for (int row = 0; row < rows; row++)
        {
            cancel.ThrowIfCancellationRequested();
            ReadOnlySpan<float> own = cells.Slice(row * width, width);
            Span<float> distances = memory.Distances.AsSpan(0, RowCount), shared = memory.Shared.AsSpan(0, RowCount);
            distances.Clear();
            shared.Clear();
            for (int i = 0; i < width; i++)
            {
                ReadOnlySpan<float> column = _columns.AsSpan(i * RowCount, RowCount);
                if (float.IsNaN(own[i]))
                    continue;
                if (_encoder.Encoded[i].Scaler is null)
                    RowDistances.AddUnequal(column, own[i], distances, shared);
                else
                    RowDistances.AddSquared(column, own[i], _scales[i], distances, shared);
            }
            RowDistances.Divide(distances, shared);
            for (int i = 0; i < width; i++)
            {
                if (float.IsNaN(own[i]))
                    Average(i, distances, memory, predictions.Slice(row * _encoder.SlotCount, _encoder.SlotCount));
            }
        }
    }

    private void Average(int column, ReadOnlySpan<float> distances, Memory memory, Span<float> slots)
    {
        EncodedColumn description = _encoder.Encoded[column];
        Span<float> own = slots.Slice(description.FirstSlot, description.SlotCount);
        ReadOnlySpan<float> values = _columns.AsSpan(column * RowCount, RowCount);
        int most = MostNeighbors;
        var nearest = new NearestRows(memory.Nearest.AsSpan(0, most), memory.NearestDistances.AsSpan(0, most));
        for (int row = 0; row < distances.Length; row++)
        {
            if (distances[row] < nearest.Limit && !float.IsNaN(values[row]))
                nearest.Offer(row, distances[row]);
        }
        if (nearest.Count == 0)
        {
            _means.AsSpan(description.FirstSlot, description.SlotCount).CopyTo(own);
            return;
        }
        own.Clear();
        float sum = 0;
        foreach (int row in memory.Nearest.AsSpan(0, nearest.Count))
        {
            float weight = 1 / (distances[row] + Nearest);
            sum += weight;
            if (description.Scaler is null)
                own[(int)values[row]] += weight;
            else
                own[0] += weight * values[row];
        }
        for (int i = 0; i < own.Length; i++)
            own[i] /= sum;
        if (description.Scaler is null)
            Probabilities.Normalize(own);
    }

    /// <summary>What one thread needs; grows to the most rows and stays.</summary>
    private sealed class Memory
    {
        public float[] Distances { get; private set; } = [];

        public float[] Shared { get; private set; } = [];

        public int[] Nearest { get; private set; } = [];

        public float[] NearestDistances { get; private set; } = [];

        public void Reserve(int rows, int neighbors)
        {
            if (Distances.Length < rows)
                (Distances, Shared) = (new float[rows], new float[rows]);
            if (Nearest.Length < neighbors)
                (Nearest, NearestDistances) = (new int[neighbors], new float[neighbors]);
        }
    }
}
