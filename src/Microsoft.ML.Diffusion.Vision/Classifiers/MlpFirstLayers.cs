using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Diffusion.Vision.Features;

namespace Microsoft.ML.Diffusion.Vision.Classifiers;

/// <summary>The weights of all layers of features of one size.</summary>
internal sealed class MlpFirstLayers
{
    // Those of which every pixel is there once, and those of repeated pixels, by how often they are.
    private readonly (int Repeats, int[] Places, Parameter Weight)[] _groups;

    /// <param name="places">Which layers, by their place among all.</param>
    /// <param name="shapes">All layers.</param>
    /// <param name="weights">The weights of all layers' features, in their order: [features, width].</param>
    /// <param name="width">Columns of the weights.</param>
    public MlpFirstLayers(int[] places, FeatureLayer[] shapes, float[] weights, int width)
    {
        (Height, Width) = (shapes[places[0]].Height, shapes[places[0]].Width);
        _groups = [.. places.GroupBy(place => shapes[place].Repeats).OrderByDescending(group => group.Key)
            .Select(group => (group.Key, group.ToArray(), Weight([.. group], shapes, weights, width)))];
        Repeats = _groups[0].Repeats;
    }

    /// <summary>Lines of the layers.</summary>
    public int Height { get; }

    /// <summary>Pixels of a line.</summary>
    public int Width { get; }

    /// <summary>The largest number of times that a pixel is repeated.</summary>
    public int Repeats { get; }

    /// <summary>act(features times weights + addend), of some pixels; where pixels are repeated, of whole lines of those that are
    /// there.</summary>
    /// <param name="tape">Where to compute.</param>
    /// <param name="picture">The features.</param>
    /// <param name="start">The first pixel of the layers, as many as repeated pixels make.</param>
    /// <param name="count">How many pixels.</param>
    /// <param name="activation">The function of the sums.</param>
    /// <param name="addend">[count, width], or none.</param>
    public Tensor Multiply(Tape tape, PictureFeatures picture, int start, int count, Activation activation, Tensor? addend)
    {
        for (int i = 0; i < _groups.Length; i++)
        {
            (int repeats, int[] places, Parameter weight) = _groups[i];
            Activation after = i == _groups.Length - 1 && repeats == 1 ? activation : Activation.None;
            if (repeats == 1)
            {
                addend = tape.Linear(Rows(tape, picture, places, weight, start, count), weight, null, after, addend: addend);
                continue;
            }

            int share = repeats * repeats;
            Tensor product = tape.Linear(Rows(tape, picture, places, weight, start / share, count / share), weight, null);
            Tensor all = tape.Input(new Shape(count, product.Columns));
            for (int pixel = 0; pixel < count; pixel++)
            {
                int own = (pixel / Width / repeats * (Width / repeats)) + (pixel % Width / repeats);
                product.Data.Slice(own * product.Columns, product.Columns).CopyTo(all.Data[(pixel * product.Columns)..]);
            }

            addend = addend is null ? all : tape.Add(all, addend);
        }

        return _groups[^1].Repeats == 1 ? addend! : tape.Apply(addend!, activation);
    }

    private static Parameter Weight(int[] places, FeatureLayer[] shapes, float[] weights, int width)
    {
        var parameter = new Parameter("weight", new Shape(places.Sum(place => shapes[place].Channels), width));
        Span<float> target = parameter.Update();
        foreach (int place in places)
        {
            int before = shapes[..place].Sum(shape => shape.Channels) * width, own = shapes[place].Channels * width;
            weights.AsSpan(before, own).CopyTo(target);
            target = target[own..];
        }

        return parameter;
    }

    private static Tensor Rows(Tape tape, PictureFeatures picture, int[] places, Parameter weight, int start, int count)
    {
        int columns = weight.Shape[0], offset = 0;
        Tensor x = tape.Input(new Shape(count, columns));
        foreach (int place in places)
        {
            FeatureLayer layer = picture.Layers[place];
            for (int i = 0; i < count; i++)
            {
                layer.Values.AsSpan((start + i) * layer.Channels, layer.Channels)
                    .CopyTo(x.Data[((i * columns) + offset)..]);
            }

            offset += layer.Channels;
        }

        return x;
    }
}
