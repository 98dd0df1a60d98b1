using Microsoft.ML.Diffusion.Core.Processes;
using Microsoft.ML.Diffusion.Core.Schedules;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Methods.Csdi;
using Microsoft.ML.Diffusion.Models.Methods.Masked;
using Microsoft.ML.Diffusion.Models.Methods.MedDiff;
using Microsoft.ML.Diffusion.Models.Methods.TabDdpm;
using Microsoft.ML.Diffusion.Tensors;
using static Microsoft.ML.Diffusion.TorchSharp.Tests.Sameness;

namespace Microsoft.ML.Diffusion.TorchSharp.Tests;

/// <summary>Every network has the same loss and gradients on both engines, for the same weights and batch, dropout included.</summary>
public class NetworkTests
{
    private const int Rows = 12;

    [BackendFact]
    public void Conditional_denoiser()
    {
        TableEncoder encoder = TableEncoder.Fit(Tables.Mixed(200), NumericScaling.Standard);
        ConditionalInput input = ConditionalInput.Fit(encoder.Encode(Tables.Mixed(200)), bins: 8);
        var network = new ConditionalDenoiser(input, encoder.SlotCount, width: 24, blocks: 3, new Philox(1));
        AssertSame(Shake(network), (tape, inputs) =>
        {
            inputs.Add(Normals(tape, new Shape(Rows, network.Input.Width), 0, requiresGradient: true));
            Tensor prediction = network.Forward(tape, inputs[0]), target = Normals(tape, prediction.Shape, 1);
            Tensor mask = Mask(tape, prediction.Shape), chosen = Mask(tape, new Shape(Rows, encoder.CategoryGroups.Count));
            Tensor numbers = tape.MaskedSquaredError(prediction, target, mask, LossReduction.Sum);
            Tensor categories = tape.MaskedCrossEntropy(prediction, encoder.CategoryGroups, mask, chosen, LossReduction.Sum);
            return tape.Scale(tape.Add(numbers, categories), 1f / Rows);
        });
    }

    [BackendTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Csdi_denoiser(bool isConditional)
    {
        const int Tokens = 7;
        var process = new GaussianProcess(NoiseSchedule.Quadratic(100));
        var network = new CsdiDenoiser(Tokens, channels: 16, blocks: 2, isConditional, new Philox(1));
        Parameter[] parameters = [.. Shake(network).Where(parameter => parameter.Shape.Count > 0)];
        AssertSame(Reached(parameters, Loss), Loss);

        Tensor Loss(Tape tape, List<Tensor> inputs)
        {
            Tensor input = Normals(tape, new Shape(Rows * Tokens, network.InputWidth), 0), target = Normals(tape, new Shape(Rows * Tokens, 1), 1);
            Tensor counts = Mask(tape, target.Shape);
            int[] levels = [.. Enumerable.Range(1, Rows)];
            Tensor? known = isConditional ? Mask(tape, target.Shape) : null;
            return tape.MaskedSquaredError(network.Forward(tape, input, known, process, levels, new Philox(3)), target, counts);
        }
    }

    [BackendFact]
    public void Masked_denoiser()
    {
        TableTokenizer tokenizer = TableTokenizer.Fit(Tables.Mixed(400), bins: 12, warnings: []);
        var network = new MaskedDenoiser(tokenizer, width: 32, blocks: 2, dropout: 0.3f, new Philox(1));
        AssertSame(Shake(network), (tape, inputs) =>
        {
            inputs.Add(Normals(tape, new Shape(Rows, network.Input.Width), 0, requiresGradient: true));
            Tensor logits = network.Forward(tape, inputs[0], new Philox(4)), target = tape.Input(logits.Shape);
            target.Data.Clear();
            for (int row = 0; row < Rows; row++)
            {
                for (int g = 0; g < tokenizer.Groups.Count; g++)
                    target.Data[(row * target.Columns) + tokenizer.Groups[g].Start + (row % tokenizer.Groups[g].Length)] = 1;
            }
            Tensor weights = Normals(tape, new Shape(Rows, tokenizer.Groups.Count), 2);
            return tape.MaskedCrossEntropy(logits, tokenizer.Groups, target, weights, LossReduction.MeanOverRows);
        });
    }

    [BackendTheory]
    [InlineData(0)]
    [InlineData(3)]
    public void TabDdpm_denoiser(int classes)
    {
        const int Slots = 9;
        var network = new TabDdpmDenoiser(Slots, classes, [32, 48, 32], dropout: 0.2f, new Philox(1));
        AssertSame(Shake(network), (tape, inputs) =>
        {
            inputs.Add(Normals(tape, new Shape(Rows, Slots), 0, requiresGradient: true));
            float[] levels = [.. Enumerable.Range(0, Rows).Select(row => 3f * row)];
            int[] labels = classes == 0 ? [] : [.. Enumerable.Range(0, Rows).Select(row => row % classes)];
            Tensor prediction = network.Forward(tape, inputs[0], levels, labels, new Philox(6));
            return tape.MaskedSquaredError(prediction, Normals(tape, prediction.Shape, 1), null, LossReduction.Sum);
        });
    }

    [BackendTheory]
    [InlineData(10, 0)]
    [InlineData(130, 2)]
    public void UNet_denoiser(int slots, int classes)
    {
        var network = new UNet1dDenoiser(slots, classes, channels: 8, new Philox(1));
        AssertSame(Shake(network), (tape, inputs) =>
        {
            inputs.Add(Normals(tape, new Shape(Rows, network.PaddedSlots), 0, requiresGradient: true));
            float[] levels = [.. Enumerable.Range(0, Rows).Select(row => 7f * row)];
            int[] labels = classes == 0 ? [] : [.. Enumerable.Range(0, Rows).Select(row => row % classes)];
            Tensor prediction = network.Forward(tape, inputs[0], levels, labels);
            return tape.MaskedSquaredError(prediction, Normals(tape, prediction.Shape, 1), null, LossReduction.MeanOverCells);
        });
    }

    [BackendFact]
    public void Noisy_classifier()
    {
        const int Slots = 11;
        var network = new NoisyClassifier(Slots, classes: 4, width: 32, new Philox(1));
        AssertSame(Shake(network), (tape, inputs) =>
        {
            inputs.Add(Normals(tape, new Shape(Rows, Slots), 0, requiresGradient: true));
            float[] levels = [.. Enumerable.Range(0, Rows).Select(row => 5f * row)];
            return network.CrossEntropy(tape, inputs[0], levels, [.. Enumerable.Range(0, Rows).Select(row => row % 4)]);
        });
    }

    private static Tensor Mask(Tape tape, Shape shape)
    {
        Tensor mask = tape.Input(shape);
        for (int i = 0; i < mask.Data.Length; i++)
            mask.Data[i] = i % 3 == 0 ? 0 : 1;
        return mask;
    }

    /// <summary>The parameters that the loss depends on: the last block has one whose result nobody asks for.</summary>
    private static Parameter[] Reached(Parameter[] parameters, Step step)
    {
        using var engine = new ManagedEngine(threads: 1);
        using Tape tape = engine.CreateTape(training: true);
        tape.Backward(step(tape, []));
        return [.. parameters.Where(parameter => parameter.Gradient.ToArray().Any(g => g != 0))];
    }
}
