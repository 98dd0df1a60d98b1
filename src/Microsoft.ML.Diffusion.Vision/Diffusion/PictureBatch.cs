using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Vision.Diffusion;

/// <summary>The batches of a training: pictures in a random order, mirrored and turned at random, with noise of a random level.</summary>
internal sealed class PictureBatch
{
    private readonly IReadOnlyList<float[]> _pictures;
    private readonly int _size;
    private readonly int _channels;
    private readonly bool _turns;
    private readonly Philox _random;
    private readonly RowOrder _order;

    /// <param name="pictures">Pixels from -1 to 1, a pixel's channels side by side.</param>
    /// <param name="size">Lines, and pixels of a line.</param>
    /// <param name="channels">Channels of a pixel.</param>
    /// <param name="count">Pictures of a batch.</param>
    /// <param name="turns">Whether pictures are turned too.</param>
    /// <param name="random">Where everything random comes from.</param>
    public PictureBatch(IReadOnlyList<float[]> pictures, int size, int channels, int count, bool turns, Philox random)
    {
        (_pictures, _size, _channels, _turns, _random) = (pictures, size, channels, turns, random.Fork(1));
        _order = new RowOrder(pictures.Count, random.Fork(0));
        Levels = new int[count];
        Noise = new float[count * size * size * channels];
        Noisy = new float[Noise.Length];
    }

    /// <summary>The level of noise of each picture, 0 for the first.</summary>
    public int[] Levels { get; }

    /// <summary>What was added.</summary>
    public float[] Noise { get; }

    /// <summary>The pictures with noise.</summary>
    public float[] Noisy { get; }

    /// <summary>Makes the batch of a step, the same whatever was done before.</summary>
    public void Fill(int step)
    {
        _order.Seek((long)step * Levels.Length);
        Philox random = _random.Fork((ulong)step), choices = random.Fork(0);
        random.Fork(1).FillNormal(Noise);
        int length = _size * _size * _channels;
        for (int i = 0; i < Levels.Length; i++)
        {
            float[] picture = _pictures[_order.Next()];
            int level = choices.Below((ulong)(3 * i), PictureDiffusionSettings.NoiseLevels);
            bool mirrored = choices.Below((ulong)((3 * i) + 1), 2) == 1;
            int quarters = _turns ? choices.Below((ulong)((3 * i) + 2), 4) : 0;
            Levels[i] = level;
            float signal = (float)PictureDiffusionSettings.Schedule.Signal(level + 1);
            float noise = (float)PictureDiffusionSettings.Schedule.Noise(level + 1);
            Span<float> target = Noisy.AsSpan(i * length, length), added = Noise.AsSpan(i * length, length);
            int at = 0;
            for (int line = 0; line < _size; line++)
            {
                for (int place = 0; place < _size; place++)
                {
                    int source = SourceOf(line, place, mirrored, quarters) * _channels;
                    for (int channel = 0; channel < _channels; channel++, at++)
                        target[at] = (signal * picture[source + channel]) + (noise * added[at]);
                }
            }
        }
    }

    private int SourceOf(int line, int place, bool mirrored, int quarters)
    {
        int last = _size - 1;
        if (mirrored)
            place = last - place;
        return quarters switch
        {
            1 => (place * _size) + last - line,
            2 => ((last - line) * _size) + last - place,
            3 => ((last - place) * _size) + line,
            _ => (line * _size) + place,
        };
    }
}
