using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Vision.Classifiers;

/// <summary>Trains one member of an <see cref="MlpEnsemble"/>: Adam on batches of pixels in a random order, until the loss falls no
/// more.</summary>
internal static class MlpTraining
{
    /// <summary>Steps of one training at most.</summary>
    public static int MostSteps(int pixels, MlpEnsembleSettings settings) => Batches(pixels, settings).Count * settings.Epochs;

    /// <summary>About as many steps as a training takes that stops as early as it may.</summary>
    public static int FewestSteps(int pixels, MlpEnsembleSettings settings) =>
        Batches(pixels, settings).Count * Math.Min(settings.Epochs, settings.FirstStoppingEpoch);

    /// <summary>Trains. The meter knows of <see cref="MostSteps"/> steps.</summary>
    /// <param name="network">The member.</param>
    /// <param name="pixels">The labelled pixels; at least two.</param>
    /// <param name="means">What is taken off each feature.</param>
    /// <param name="scales">What each feature is multiplied with then.</param>
    /// <param name="settings">The training.</param>
    /// <param name="random">Where everything random comes from.</param>
    /// <param name="meter">Counts the steps.</param>
    /// <param name="cancel">Looked at in every step.</param>
    public static void Run(
        PixelMlp network, LabelledPixels pixels, float[] means, float[] scales, MlpEnsembleSettings settings, Philox random,
        ProgressMeter meter, CancellationToken cancel)
    {
        int[] chosen = new int[pixels.Count];
        random.Fork(0).Permutation(chosen);
        (int most, int batch, int batches) = Batches(pixels.Count, settings);
        int[] order = new int[most];
        using var engine = new ManagedEngine(threads: 1);
        using Tape tape = engine.CreateTape(training: true);
        Optimizer adam = engine.CreateAdam(network.Trained, new AdamOptions { LearningRate = settings.LearningRate });
        var classes = new ColumnGroups((0, pixels.Classes));
        float lowest = float.PositiveInfinity;
        int failures = 0, done = 0;
        for (int epoch = 1; epoch <= settings.Epochs && failures <= settings.Patience; epoch++)
        {
            random.Fork((ulong)epoch).Permutation(order);
            for (int start = 0; start < batches * batch && failures <= settings.Patience; start += batch)
            {
                cancel.ThrowIfCancellationRequested();
                float loss = Step(network, pixels, means, scales, chosen, order.AsSpan(start, batch), classes, tape);
                adam.Step();
                meter.Count(loss);
                done++;
                if (epoch < settings.FirstStoppingEpoch)
                    continue;
                failures = loss < lowest ? 0 : failures + 1;
                lowest = Math.Min(lowest, loss);
            }
        }

        meter.Skip(MostSteps(pixels.Count, settings) - done);
    }

    private static (int Pixels, int Size, int Count) Batches(int pixels, MlpEnsembleSettings settings)
    {
        int most = settings.MostPixels == 0 ? pixels : Math.Min(settings.MostPixels, pixels);
        int size = Math.Min(settings.BatchSize, most);
        return (most, size, most / Math.Max(1, size));
    }

    private static float Step(
        PixelMlp network, LabelledPixels pixels, float[] means, float[] scales, int[] chosen, ReadOnlySpan<int> batch, ColumnGroups classes,
        Tape tape)
    {
        tape.Reset();
        Tensor x = tape.Input(new Shape(batch.Length, pixels.Features)), truth = tape.Input(new Shape(batch.Length, pixels.Classes));
        Span<float> rows = x.Data, labels = truth.Data;
        labels.Clear();
        for (int i = 0; i < batch.Length; i++)
        {
            int pixel = chosen[batch[i]];
            Span<float> row = rows.Slice(i * pixels.Features, pixels.Features);
            pixels.Read(pixel, row);
            for (int feature = 0; feature < row.Length; feature++)
                row[feature] = (row[feature] - means[feature]) * scales[feature];
            labels[(i * pixels.Classes) + pixels.LabelOf(pixel)] = 1;
        }

        Tensor loss = tape.MaskedCrossEntropy(network.Forward(tape, x), classes, truth, null, LossReduction.MeanOverRows);
        tape.Backward(loss);
        return loss.Data[0];
    }
}
