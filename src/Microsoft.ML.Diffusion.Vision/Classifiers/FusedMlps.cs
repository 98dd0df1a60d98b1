using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Diffusion.Vision.Features;

namespace Microsoft.ML.Diffusion.Vision.Classifiers;

/// <summary>The members of an ensemble put together for prediction: their first layers side by side, and the scaling of features and the
/// batch normalisations folded into the weights of the linear layers that follow them.</summary>
/// <remarks>
/// A linear layer and an interpolation can change places: both are sums of products, and the weights of an interpolation add up to one. So
/// a layer of features of half the height and width is multiplied with the weights at a quarter of the pixels, and what comes of it is
/// interpolated. Several members share the interpolation.
/// </remarks>
internal sealed class FusedMlps
{
    private readonly FeatureLayer[] _shapes;
    private readonly MlpFirstLayers[] _first;
    private readonly Parameter _bias;
    private readonly (FoldedLinear Second, FoldedLinear Last)[] _later;

    /// <param name="members">The members.</param>
    /// <param name="means">What is taken off each feature.</param>
    /// <param name="scales">What each feature is multiplied with then.</param>
    /// <param name="layers">The layers of features.</param>
    public FusedMlps(IReadOnlyList<PixelMlp> members, float[] means, float[] scales, IReadOnlyList<FeatureLayer> layers)
    {
        _shapes = [.. layers.Select(layer => layer with { Values = [] })];
        int hidden = members[0].First.Bias!.Shape.Count, features = means.Length;
        Width = members.Count * hidden;
        _later = [.. members.Select(member => (
            new FoldedLinear(member.FirstNorm, member.Second), new FoldedLinear(member.SecondNorm, member.Last)))];
        float[] weights = new float[features * Width];
        _bias = new Parameter("bias", new Shape(Width));
        Span<float> bias = _bias.Update();
        for (int column = 0; column < Width; column++)
        {
            Linear first = members[column / hidden].First;
            double sum = first.Bias!.Value[column % hidden];
            for (int feature = 0; feature < features; feature++)
            {
                float weight = first.Weight.Value[(feature * hidden) + (column % hidden)] * scales[feature];
                weights[(feature * Width) + column] = weight;
                sum -= (double)weight * means[feature];
            }

            bias[column] = (float)sum;
        }

        // Layers of one size are multiplied together; but those in the size of the picture not with others whose pixels are repeated.
        int most = _shapes.Max(shape => shape.Height);
        _first = [.. Enumerable.Range(0, _shapes.Length)
            .GroupBy(place => (_shapes[place].Height, _shapes[place].Width, _shapes[place].Height < most ? 1 : _shapes[place].Repeats))
            .Select(places => new MlpFirstLayers([.. places], _shapes, weights, Width))];
    }

    /// <summary>Columns of all members together.</summary>
    public int Width { get; }

    /// <summary>Whether these are made for such layers of features.</summary>
    public bool Fits(IReadOnlyList<FeatureLayer> layers) =>
        layers.Count == _shapes.Length && Enumerable.Range(0, _shapes.Length).All(i => layers[i].HasShapeOf(_shapes[i]));

    /// <summary>The layers of features that are smaller than the picture, those of one size together: the products with their weights,
    /// not computed yet.</summary>
    /// <param name="picture">The features.</param>
    public MlpSmallSums[] SmallLayers(PictureFeatures picture) =>
        [.. _first.Where(first => !IsWhole(first, picture)).Select(first => new MlpSmallSums(first, picture, Width))];

    /// <summary>What the members say of some pixels.</summary>
    /// <param name="tape">Where to compute.</param>
    /// <param name="picture">The features.</param>
    /// <param name="small">Those of <see cref="SmallLayers"/>, computed.</param>
    /// <param name="start">The first pixel.</param>
    /// <param name="count">How many pixels.</param>
    /// <returns>The logits of each member, [count, classes].</returns>
    public Tensor[] Logits(Tape tape, PictureFeatures picture, MlpSmallSums[] small, int start, int count)
    {
        tape.Reset();
        Tensor sums = tape.Input(new Shape(count, Width));
        for (int i = 0; i < count; i++)
        {
            Span<float> own = sums.Data.Slice(i * Width, Width);
            _bias.Value.CopyTo(own);
            int line = (start + i) / picture.Width, place = (start + i) % picture.Width;
            foreach (MlpSmallSums layer in small)
                layer.Places.Add(layer.Layer, line, place, own);
        }

        sums = _first.FirstOrDefault(first => IsWhole(first, picture)) is { } whole
            ? whole.Multiply(tape, picture, start, count, Activation.ReLU, sums) : tape.Apply(sums, Activation.ReLU);
        int hidden = Width / _later.Length;
        return [.. _later.Select((member, i) => member.Last.Forward(
            tape, member.Second.Forward(tape, tape.Slice(sums, i * hidden, hidden), Activation.ReLU), Activation.None))];
    }

    private static bool IsWhole(MlpFirstLayers first, PictureFeatures picture) =>
        first.Height == picture.Height && first.Width == picture.Width && first.Repeats == 1;

    /// <summary>A linear layer that takes what comes before a batch normalisation.</summary>
    private sealed class FoldedLinear
    {
        private const float Epsilon = 1e-5f;

        private readonly Parameter _weight;
        private readonly Parameter _bias;

        public FoldedLinear(BatchNorm norm, Linear layer)
        {
            (int inputs, int outputs) = (norm.Gain.Shape.Count, layer.Bias!.Shape.Count);
            (_weight, _bias) = (new Parameter("weight", new Shape(inputs, outputs)), new Parameter("bias", new Shape(outputs)));
            ReadOnlySpan<float> own = layer.Weight.Value, gain = norm.Gain.Value, offset = norm.Bias.Value;
            ReadOnlySpan<float> mean = norm.RunningMean.Value, variance = norm.RunningVariance.Value;
            Span<float> weight = _weight.Update(), bias = _bias.Update();
            layer.Bias!.Value.CopyTo(bias);
            for (int i = 0; i < inputs; i++)
            {
                float scale = gain[i] / MathF.Sqrt(variance[i] + Epsilon), rest = offset[i] - (mean[i] * scale);
                for (int j = 0; j < outputs; j++)
                {
                    weight[(i * outputs) + j] = own[(i * outputs) + j] * scale;
                    bias[j] += own[(i * outputs) + j] * rest;
                }
            }
        }

        public Tensor Forward(Tape tape, Tensor x, Activation activation) => tape.Linear(x, _weight, _bias, activation);
    }
}
