using System.Collections.Concurrent;
using Microsoft.ML.Diffusion.Core.Threading;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Diffusion.Vision.Features;

namespace Microsoft.ML.Diffusion.Vision.Classifiers;

/// <summary>Some <see cref="PixelMlp"/>, each trained from another start on the same pixels, that vote.</summary>
internal sealed class MlpEnsemble : IPixelClassifier
{
    private const int PixelsAtOnce = 64;
    private const int MostMembers = 1000;
    private const int LargestNumber = 1 << 20;
    private const float SmallestDeviation = 1e-6f;

    private static readonly ManagedEngine s_engine = new(threads: 1);

    private readonly PixelMlp[] _members;
    private readonly float[] _means;
    private readonly float[] _scales;
    private readonly bool _averages;
    private readonly ConcurrentBag<Tape> _tapes = [];
    private volatile FusedMlps? _fused;

    private MlpEnsemble(PixelMlp[] members, float[] means, float[] scales, int classes, bool averages) =>
        (_members, _means, _scales, Classes, _averages) = (members, means, scales, classes, averages);

    /// <inheritdoc/>
    public int Classes { get; }

    /// <inheritdoc/>
    public int Features => _means.Length;

    /// <summary>Trains.</summary>
    /// <param name="pixels">The labelled pixels.</param>
    /// <param name="settings">The training.</param>
    /// <param name="seed">Where everything random comes from.</param>
    /// <param name="meter">Counts the steps.</param>
    /// <param name="cancel">Looked at in every step.</param>
    /// <param name="threads">How many members are trained at a time; null for as many as there are processors.</param>
    /// <param name="planned">Steps of this training that the meter counts on already.</param>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public static MlpEnsemble Train(
        LabelledPixels pixels, MlpEnsembleSettings settings, ulong seed, ProgressMeter meter, CancellationToken cancel,
        int? threads = null, int planned = 0)
    {
        meter.Skip(planned - (settings.Members * MlpTraining.MostSteps(pixels.Count, settings)));
        (float[] means, float[] scales) = settings.Standardizes ? Scaling(pixels) : Unscaled(pixels.Features);
        var members = new PixelMlp[settings.Members];
        (int first, int second) = MlpEnsembleSettings.HiddenSizes(pixels.Classes);
        ParallelLoop.Run(
            members.Length,
            i =>
            {
                Philox random = new Philox(seed).Fork((ulong)i);
                members[i] = new PixelMlp(pixels.Features, first, second, pixels.Classes, random.Fork(0));
                MlpTraining.Run(members[i], pixels, means, scales, settings, random.Fork(1), meter, cancel);
            },
            threads,
            cancel);
        return new MlpEnsemble(members, means, scales, pixels.Classes, settings.AveragesProbabilities);
    }

    /// <inheritdoc/>
    public void Predict(PictureFeatures picture, float[] probabilities, float[] uncertainty, int? threads = null)
    {
        FeatureLayer[] layers = [.. picture.First(Features)];
        FusedMlps fused = _fused is { } made && made.Fits(layers) ? made : _fused = new(_members, _means, _scales, layers);
        MlpSmallSums[] small = fused.SmallLayers(picture);
        Action<Tape>[] parts = [.. small.SelectMany(layer => layer.Parts)];
        ParallelLoop.Run(parts.Length, part => WithTape(parts[part]), threads);
        int blocks = (picture.Pixels + PixelsAtOnce - 1) / PixelsAtOnce;
        ParallelLoop.Run(blocks, block => WithTape(tape =>
        {
            int first = block * PixelsAtOnce, count = Math.Min(PixelsAtOnce, picture.Pixels - first);
            Tensor[] logits = fused.Logits(tape, picture, small, first, count);
            Vote(logits, probabilities.AsSpan(first * Classes, count * Classes), uncertainty.AsSpan(first, count));
        }), threads);
        foreach (MlpSmallSums layer in small)
            layer.Return();
    }

    private void Vote(Tensor[] logits, Span<float> probabilities, Span<float> uncertainty)
    {
        int classes = Classes;
        float[] members = new float[uncertainty.Length * _members.Length * classes], mean = new float[classes];
        for (int member = 0; member < _members.Length; member++)
        {
            ReadOnlySpan<float> own = logits[member].Data;
            for (int i = 0; i < uncertainty.Length; i++)
            {
                Span<float> shares = members.AsSpan(((i * _members.Length) + member) * classes, classes);
                own.Slice(i * classes, classes).CopyTo(shares);
                MemberVotes.Softmax(shares);
            }
        }

        for (int i = 0; i < uncertainty.Length; i++)
        {
            ReadOnlySpan<float> all = members.AsSpan(i * _members.Length * classes, _members.Length * classes);
            Span<float> answer = probabilities.Slice(i * classes, classes);
            MemberVotes.Mean(all, mean);
            uncertainty[i] = MemberVotes.Disagreement(all, mean);
            if (_averages)
                mean.CopyTo(answer);
            else
                MemberVotes.Shares(all, answer);
        }
    }

    private void WithTape(Action<Tape> use)
    {
        if (!_tapes.TryTake(out Tape? tape))
            tape = s_engine.CreateTape(training: false);
        use(tape);
        _tapes.Add(tape);
    }

    /// <inheritdoc/>
    public void Save(BinaryWriter writer)
    {
        writer.Write(Classes);
        writer.Write(_averages);
        writer.WriteArray(_means);
        writer.WriteArray(_scales);
        writer.Write(_members.Length);
        foreach (PixelMlp member in _members)
            member.SaveState().Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The data are damaged.</exception>
    public static MlpEnsemble Load(BinaryReader reader)
    {
        int classes = reader.ReadBetween(1, byte.MaxValue, "the number of classes");
        bool averages = reader.ReadBoolean();
        float[] means = reader.ReadFiniteSingles("means of features"),
            scales = reader.ReadFiniteSingles("scales of features", means.Length);
        CheckedReading.Require(means.Length is > 0 and <= LargestNumber, "there are no features");
        int count = reader.ReadBetween(1, MostMembers, "the number of members");
        (int first, int second) = MlpEnsembleSettings.HiddenSizes(classes);
        var members = new List<PixelMlp>();
        for (int i = 0; i < count; i++)
        {
            members.Add(Module.FromState(
                StateDictionary.Load(reader), () => new PixelMlp(means.Length, first, second, classes, default)));
        }

        return new MlpEnsemble([.. members], means, scales, classes, averages);
    }

    private static (float[] Means, float[] Scales) Unscaled(int features)
    {
        float[] scales = new float[features];
        scales.AsSpan().Fill(1);
        return (new float[features], scales);
    }

    private static (float[] Means, float[] Scales) Scaling(LabelledPixels pixels)
    {
        int features = pixels.Features;
        double[] sums = new double[features], squares = new double[features];
        float[] values = new float[features];
        for (int row = 0; row < pixels.Count; row++)
        {
            pixels.Read(row, values);
            for (int i = 0; i < features; i++)
                sums[i] += values[i];
        }

        float[] means = [.. sums.Select(sum => (float)(sum / pixels.Count))];
        for (int row = 0; row < pixels.Count; row++)
        {
            pixels.Read(row, values);
            for (int i = 0; i < features; i++)
                squares[i] += (double)(values[i] - means[i]) * (values[i] - means[i]);
        }

        return (means, [.. squares.Select(sum => 1 / Math.Max((float)Math.Sqrt(sum / pixels.Count), SmallestDeviation))]);
    }
}
