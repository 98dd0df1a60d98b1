using System.Runtime.InteropServices;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Gaussian;

/// <summary>Conditional means of one multivariate normal distribution over all numbers and one-hot categories, fitted by
/// expectation maximisation on incomplete rows (Dempster, Laird and Rubin 1977).</summary>
internal sealed class GaussianPredictor : CellPredictor
{
    [ThreadStatic]
    private static MultivariateNormal.Memory? s_memory;

    [ThreadStatic]
    private static LastRow? s_last;

    private static long s_count;

    // Tells predictors apart without keeping them in memory; from 1.
    private readonly long _number = Interlocked.Increment(ref s_count);
    private readonly TableEncoder _encoder;
    private readonly GaussianLayout _layout;
    private readonly MultivariateNormal _normal;

    private GaussianPredictor(TableEncoder encoder, GaussianLayout layout, MultivariateNormal normal)
    {
        (_encoder, _layout, _normal) = (encoder, layout, normal);
    }

    /// <inheritdoc/>
    public override string Name => "gaussian";

    /// <summary>Fits the distribution.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="settings">How.</param>
    /// <param name="random">Chooses rows where there are many.</param>
    /// <param name="threads">How many to use; changes no bit.</param>
    /// <param name="deadline">Rounds that do not fit are left out.</param>
    /// <param name="cancel">Looked at every few milliseconds.</param>
    public static GaussianPredictor Fit(
        EncodedRows rows, GaussianSettings settings, Philox random, int threads, TrainingDeadline deadline,
        CancellationToken cancel = default)
    {
        var layout = GaussianLayout.Fit(rows, settings.MostDimensions);
        return new GaussianPredictor(rows.Encoder, layout, GaussianEm.Fit(rows, layout, settings, random, threads, deadline, cancel));
    }

    public static GaussianPredictor Load(BinaryReader reader, TableEncoder encoder)
    {
        var layout = GaussianLayout.Load(reader, encoder);
        double[] mean = reader.ReadFiniteDoubles("means", layout.Size);
        var normal = new MultivariateNormal(mean, reader.ReadFiniteDoubles("covariances", layout.Size * layout.Size));
        CheckedReading.Require(Array.TrueForAll(normal.Precision, double.IsFinite), "its covariances have no inverse");
        return new GaussianPredictor(encoder, layout, normal);
    }

    /// <inheritdoc/>
    public override void Save(BinaryWriter writer)
    {
        _layout.Save(writer);
        writer.WriteArray(_normal.Mean);
        writer.WriteArray(_normal.Covariance);
    }

    /// <inheritdoc/>
    public override void Predict(
        ReadOnlySpan<float> cells, int rows, Span<float> predictions, Workspace workspace, CancellationToken cancel = default)
    {
        int width = _encoder.Encoded.Count;
        for (int row = 0; row < rows; row++)
        {
            cancel.ThrowIfCancellationRequested();
            Predict(cells.Slice(row * width, width), -1, predictions.Slice(row * _encoder.SlotCount, _encoder.SlotCount));
        }
    }

    /// <summary>Predicts the unknown cells of one row as if one more were unknown.</summary>
    /// <param name="row">Encoded cells.</param>
    /// <param name="hidden">The encoded column to take for unknown, or -1.</param>
    /// <param name="slots">Receives what is said of the unknown cells.</param>
    public void Predict(ReadOnlySpan<float> row, int hidden, Span<float> slots)
    {
        MultivariateNormal.Memory memory = s_memory ??= new();
        Span<double> centred = memory.Centred(_layout.Size);
        // Trees and the distribution itself are members of one blend, which asks both of the same row.
        LastRow last = s_last ??= new();
        if (!last.Is(_number, hidden, row))
        {
            last.Forget();
            Span<int> places = memory.Places(_layout.Size);
            int missing = _layout.Read(row, hidden, _normal.Mean, centred, places);
            if (missing > 0)
                _normal.Fill(centred, places[..missing], places[missing..], memory);
            last.Keep(_number, hidden, row);
        }
        for (int i = 0; i < row.Length; i++)
        {
            if (i == hidden || float.IsNaN(row[i]))
                _layout.Write(i, _normal.Mean, centred, slots);
        }
    }

    /// <summary>Whether another one is the same distribution of the same columns.</summary>
    public bool IsSameAs(GaussianPredictor other) =>
        _encoder == other._encoder
        && _normal.Mean.AsSpan().SequenceEqual(other._normal.Mean)
        && _normal.Covariance.AsSpan().SequenceEqual(other._normal.Covariance);

    /// <summary>The correlation of two slots, 0 where one of them has no dimension.</summary>
    public double Correlation(int slot, int other)
    {
        int i = _layout.Dimension(slot), j = _layout.Dimension(other);
        if (i < 0 || j < 0)
            return 0;
        double[] covariance = _normal.Covariance;
        int size = _normal.Size;
        return covariance[(i * size) + j] / Math.Sqrt(covariance[(i * size) + i] * covariance[(j * size) + j]);
    }

    /// <summary>The row whose conditional means this thread has in its memory.</summary>
    private sealed class LastRow
    {
        private long _number;
        private int _hidden;
        private int _length;
        private float[] _cells = [];

        public bool Is(long number, int hidden, ReadOnlySpan<float> cells) =>
            _number == number && _hidden == hidden
            && MemoryMarshal.AsBytes(_cells.AsSpan(0, _length)).SequenceEqual(MemoryMarshal.AsBytes(cells));

        public void Forget() => _number = 0;

        public void Keep(long number, int hidden, ReadOnlySpan<float> cells)
        {
            if (_cells.Length < cells.Length)
                _cells = new float[cells.Length];
            cells.CopyTo(_cells);
            (_number, _hidden, _length) = (number, hidden, cells.Length);
        }
    }
}
