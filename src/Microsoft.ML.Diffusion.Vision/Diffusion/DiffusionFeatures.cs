using System.Collections.Concurrent;
using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Diffusion.Vision.Features;
using Microsoft.ML.Diffusion.Vision.Network;
using Microsoft.ML.Diffusion.Vision.Pictures;

namespace Microsoft.ML.Diffusion.Vision.Diffusion;

/// <summary>What a denoising network makes of a picture on its way to the noise, pixel by pixel (Baranchuk et al. 2022, section 3): the
/// outputs of some blocks of the decoder for some levels of noise, in the size of the picture.</summary>
/// <remarks>The noise is one picture, the same for all pictures and levels. Safe to use from many threads at once.</remarks>
internal sealed class DiffusionFeatures : IPixelFeatures
{
    private const int MostPlaces = 64;

    private static readonly ManagedEngine s_engine = new(threads: 1);

    private readonly DenoisingUNet _network;
    private readonly int[] _steps;
    private readonly int[] _blocks;
    private readonly float[] _noise;
    private readonly TensorEngine _engine;
    private readonly ConcurrentBag<Tape> _tapes = [];

    /// <param name="network">The trained network.</param>
    /// <param name="steps">The levels of noise, 0 for the first; ascending.</param>
    /// <param name="blocks">The blocks of the decoder, 0 for the first; ascending.</param>
    /// <param name="noise">Normal numbers, as many as a picture has pixels times channels (<see cref="NoiseOf"/>).</param>
    /// <param name="engine">Where to compute; none for one thread of the processor.</param>
    /// <exception cref="ArgumentException">There is no such level or block, or none at all; or the noise is of another
    /// size.</exception>
    public DiffusionFeatures(
        DenoisingUNet network, IReadOnlyList<int> steps, IReadOnlyList<int> blocks, float[] noise, TensorEngine? engine = null)
    {
        (_network, _steps, _blocks, _noise) = (network, [.. steps], [.. blocks], noise);
        _engine = engine ?? s_engine;
        Require(_steps, PictureDiffusionSettings.NoiseLevels, nameof(steps));
        Require(_blocks, network.Settings.DecoderBlocks, nameof(blocks));
        if (noise.Length != NoiseLength(network.Settings))
            throw new ArgumentException("The noise is of another size than the pictures.", nameof(noise));
        Count = _steps.Length * _blocks.Sum(network.Settings.DecoderChannels);
    }

    /// <summary>The network.</summary>
    public DenoisingUNet Network => _network;

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>The four blocks of the decoder that are taken where nobody says which, for networks of this depth.</summary>
    /// <remarks>Of 18 blocks, the fifth to the eighth and the twelfth (Baranchuk et al. 2022), counted from 0; of 12 the third to the fifth
    /// and the eighth; of fewer the later two thirds, where pixels are small enough to tell neighbours apart.</remarks>
    public static IReadOnlyList<int> DefaultBlocks(int decoderBlocks) => decoderBlocks switch
    {
        18 => [5, 6, 7, 8, 12],
        12 => [3, 4, 5, 8],
        _ => [.. Enumerable.Range(decoderBlocks / 3, decoderBlocks - (decoderBlocks / 3))],
    };

    /// <summary>Refuses levels of noise and blocks that are not there, before a network is trained.</summary>
    /// <exception cref="ArgumentException">There is no such level or block, or none at all.</exception>
    public static void Check(IReadOnlyList<int> steps, IReadOnlyList<int> blocks, UNetSettings network)
    {
        Require([.. steps], PictureDiffusionSettings.NoiseLevels, nameof(steps));
        Require([.. blocks], network.DecoderBlocks, nameof(blocks));
    }

    /// <summary>The same network, of which other levels of noise or other blocks are taken; null for the same.</summary>
    /// <exception cref="ArgumentException">There is no such level or block, or none at all.</exception>
    public DiffusionFeatures With(IReadOnlyList<int>? steps, IReadOnlyList<int>? blocks) =>
        new(_network, steps ?? _steps, blocks ?? _blocks, _noise, _engine);

    /// <summary>The noise that all pictures share.</summary>
    /// <param name="settings">The size of pictures.</param>
    /// <param name="seed">Where the noise comes from.</param>
    public static float[] NoiseOf(UNetSettings settings, ulong seed)
    {
        float[] noise = new float[NoiseLength(settings)];
        new Philox(seed).FillNormal(noise);
        return noise;
    }

    /// <inheritdoc/>
    public IReadOnlyList<FeatureLayer> Layers(Picture picture, int? threads = null)
    {
        float[] pixels = PictureDiffusionTrainer.Scaled(picture, _network.Settings);
        var layers = new FeatureLayer[_steps.Length * _blocks.Length];
        // The levels of noise have nothing to do with each other.
        ParallelLoop.Run(_steps.Length, level =>
        {
            if (!_tapes.TryTake(out Tape? tape))
                tape = _engine.CreateTape(training: false);
            Look(pixels, _steps[level], tape, layers.AsSpan(level * _blocks.Length, _blocks.Length));
            _tapes.Add(tape);
        }, threads);
        return layers;
    }

    /// <summary>Computes the numbers of every pixel in the size of the picture.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="features">Receives [height times width, <see cref="Count"/>].</param>
    public void Compute(Picture picture, Span<float> features)
    {
        var values = new PictureFeatures(picture.Height, picture.Width, Layers(picture));
        for (int pixel = 0; pixel < picture.Count; pixel++)
            values.Read(pixel, features.Slice(pixel * Count, Count));
    }

    /// <summary>Adds noise to pixels.</summary>
    /// <param name="pixels">From -1 to 1.</param>
    /// <param name="noise">Of one picture.</param>
    /// <param name="step">The level of noise, 0 for the first.</param>
    /// <param name="noisy">Receives the noisy pixels.</param>
    public static void AddNoise(ReadOnlySpan<float> pixels, ReadOnlySpan<float> noise, int step, Span<float> noisy)
    {
        float signal = (float)PictureDiffusionSettings.Schedule.Signal(step + 1);
        float share = (float)PictureDiffusionSettings.Schedule.Noise(step + 1);
        for (int i = 0; i < pixels.Length; i++)
            noisy[i] = (signal * pixels[i]) + (share * noise[i]);
    }

    /// <inheritdoc/>
    public void Save(BinaryWriter writer)
    {
        UNetSettingsFile.Write(writer, _network.Settings);
        writer.WriteArray(_steps);
        writer.WriteArray(_blocks);
        writer.WriteArray(_noise);
        _network.SaveState().Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The data are damaged.</exception>
    public static DiffusionFeatures Load(BinaryReader reader)
    {
        UNetSettings settings = UNetSettingsFile.Read(reader);
        int[] steps = reader.ReadAscendingPlaces(PictureDiffusionSettings.NoiseLevels, "levels of noise");
        int[] blocks = reader.ReadAscendingPlaces(settings.DecoderBlocks, "blocks");
        CheckedReading.Require(steps.Length is > 0 and <= MostPlaces && blocks.Length > 0, "there is no level of noise or no block");
        float[] noise = reader.ReadFiniteSingles("numbers of noise", NoiseLength(settings));
        DenoisingUNet network = Module.FromState(StateDictionary.Load(reader), () => new DenoisingUNet(settings, default));
        return new DiffusionFeatures(network, steps, blocks, noise);
    }

    private static int NoiseLength(UNetSettings settings) => checked(settings.Size * settings.Size * settings.Channels);

    /// <summary>What the blocks give at a level of noise.</summary>
    private void Look(float[] pixels, int step, Tape tape, Span<FeatureLayer> layers)
    {
        tape.Reset();
        UNetSettings settings = _network.Settings;
        Tensor input = tape.Input(new Shape(settings.Size * settings.Size, settings.Channels));
        AddNoise(pixels, _noise, step, input.Data);
        var decoded = new List<FeatureMap>();
        _network.Decode(tape, input, [step], _blocks[^1], decoded);
        for (int i = 0; i < layers.Length; i++)
        {
            FeatureMap map = decoded[_blocks[i]];
            int repeats = _network.RepeatsPixels(_blocks[i]) ? 2 : 1;
            layers[i] = new FeatureLayer(Values(map, repeats), map.Size, map.Size, map.Values.Columns, repeats);
        }
    }

    /// <summary>What a block gave, each pixel once.</summary>
    private static float[] Values(FeatureMap map, int repeats)
    {
        int size = map.Size / repeats, columns = map.Values.Columns;
        float[] values = GC.AllocateUninitializedArray<float>(size * size * columns);
        if (repeats == 1)
        {
            map.Values.Data.CopyTo(values);
            return values;
        }

        for (int i = 0; i < size * size; i++)
        {
            int source = (i / size * repeats * map.Size) + (i % size * repeats);
            map.Values.Data.Slice(source * columns, columns).CopyTo(values.AsSpan(i * columns));
        }

        return values;
    }

    private static void Require(int[] places, int count, string name)
    {
        bool isSound = places.Length is > 0 and <= MostPlaces && CheckedReading.Ascend(places) && places[0] >= 0 && places[^1] < count;
        if (!isSound)
        {
            throw new ArgumentException(
                $"The {name} are {string.Join(", ", places)}; ascending ones of 0 to {count - 1} were expected.", name);
        }
    }
}
