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
        Span<int> places = memory.Places(_layout.Size);
        int missing = _layout.Read(row, hidden, _normal.Mean, centred, places);
        if (missing > 0)
            _normal.Fill(centred, places[..missing], places[missing..], memory);
        for (int i = 0; i < row.Length; i++)
        {
            if (i == hidden || float.IsNaN(row[i]))
                _layout.Write(i, _normal.Mean, centred, slots);
        }
    }

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
}
