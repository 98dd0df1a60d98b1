using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Series.Methods.Networks;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Saits;

// The layer, not the folder of the method that draws lines.
using Linear = Microsoft.ML.Diffusion.Tensors.Linear;

/// <summary>SAITS (Du et al. 2023, section 3.2): a block of attention fills, a second one fills once more what the first has filled, and
/// weights made of the second one's attention and of the mask say how much of each counts.</summary>
internal sealed class SaitsNetwork : WindowNetwork
{
    private readonly int _width;
    private readonly int _heads;
    private readonly Linear _firstInput;
    private readonly Linear _secondInput;
    private readonly SaitsLayer[] _firstLayers;
    private readonly SaitsLayer[] _secondLayers;
    private readonly Linear _firstOutput;
    private readonly Linear _secondHidden;
    private readonly Linear _secondOutput;
    private readonly Linear _share;

    public SaitsNetwork(int variables, int steps, int width, int heads, int layers, Philox random)
        : base(variables, steps)
    {
        (_width, _heads) = (width, heads);
        _firstInput = AddModule("first.input", new Linear(2 * variables, width, random.Fork(0)));
        _secondInput = AddModule("second.input", new Linear(2 * variables, width, random.Fork(1)));
        _firstLayers = Layers("first", layers, random.Fork(2));
        _secondLayers = Layers("second", layers, random.Fork(3));
        _firstOutput = AddModule("first.output", new Linear(width, variables, random.Fork(4)));
        _secondHidden = AddModule("second.hidden", new Linear(width, variables, random.Fork(5), Activation.ReLU));
        _secondOutput = AddModule("second.output", new Linear(variables, variables, random.Fork(6)));
        _share = AddModule("share", new Linear(steps + variables, variables, random.Fork(7), Activation.Sigmoid));
    }

    public override void SaveSizes(BinaryWriter writer)
    {
        writer.Write(_width);
        writer.Write(_heads);
        writer.Write(_firstLayers.Length);
    }

    public override void Fill(Tape tape, WindowBatch batch, Span<float> filled) =>
        Say(tape, batch, random: default).Both.Data.CopyTo(filled);

    /// <inheritdoc/>
    /// <remarks>The loss is the mean absolute error of the three predictions of what is shown (the task of observed reconstruction), and of
    /// the last one of what is hidden (the task of masked imputation).</remarks>
    public override double Gradient(Tape tape, WindowBatch batch, Philox random)
    {
        (Tensor first, Tensor second, Tensor both) = Say(tape, batch, random);
        Tensor all = tape.Concat(first, second, both);
        ReadOnlySpan<float> said = all.Data;
        float[] slopes = new float[said.Length];
        float known = Math.Max(1, batch.Known.Sum()), hidden = Math.Max(1, batch.Hidden.Sum());
        double loss = 0;
        for (int i = 0; i < batch.Known.Length; i++)
        {
            int at = i / Variables * 3 * Variables + i % Variables;
            for (int part = 0; part < 3; part++)
            {
                bool isHidden = batch.Hidden[i] != 0 && part == 2;
                if (batch.Known[i] == 0 && !isHidden)
                    continue;
                float weight = isHidden ? 1 / hidden : 1 / (3 * known);
                float error = said[at + part * Variables] - (isHidden ? batch.Truths[i] : batch.Values[i]);
                loss += weight * Math.Abs(error);
                slopes[at + part * Variables] = weight * Math.Sign(error);
            }
        }
        GivenSlopes.Backward(tape, all, slopes);
        return loss;
    }

    private (Tensor First, Tensor Second, Tensor Both) Say(Tape tape, WindowBatch batch, Philox random)
    {
        Tensor values = Input(tape, batch.Values, Variables), known = Input(tape, batch.Known, Variables);
        Tensor missing = Input(tape, [.. batch.Known.Select(x => 1 - x)], Variables), times = Times(tape, batch.Times);
        Tensor x = Run(tape, _firstLayers, _firstInput.Forward(tape, tape.Concat(values, known), residual: times), random.Fork(0), out _);
        Tensor first = _firstOutput.Forward(tape, x);
        Tensor filled = tape.Add(values, tape.Multiply(missing, first));
        x = _secondInput.Forward(tape, tape.Concat(filled, known), residual: times);
        x = Run(tape, _secondLayers, x, random.Fork(1), out Tensor queryKeyValue);
        Tensor second = _secondOutput.Forward(tape, _secondHidden.Forward(tape, x));
        Tensor attention = tape.AttentionWeights(queryKeyValue, Steps, _heads, excludesSelf: true);
        Tensor share = _share.Forward(tape, tape.Concat(attention, known));
        return (first, second, tape.Add(first, tape.Multiply(share, tape.Subtract(second, first))));
    }

    private Tensor Run(Tape tape, SaitsLayer[] layers, Tensor x, Philox random, out Tensor queryKeyValue)
    {
        queryKeyValue = x;
        for (int i = 0; i < layers.Length; i++)
            x = layers[i].Forward(tape, x, Steps, random.Fork((ulong)i), out queryKeyValue);
        return x;
    }

    /// <summary>Sine and cosine of the time at geometrically spaced frequencies (Vaswani et al. 2017).</summary>
    private Tensor Times(Tape tape, float[] times)
    {
        Tensor waves = tape.Input(new Shape(times.Length, _width));
        for (int t = 0; t < times.Length; t++)
        {
            Span<float> own = waves.Data.Slice(t * _width, _width);
            for (int i = 0; i < _width; i++)
            {
                double turn = times[t] * Math.Pow(10_000, -(double)(i - i % 2) / _width);
                own[i] = (float)(i % 2 == 0 ? Math.Sin(turn) : Math.Cos(turn));
            }
        }
        return waves;
    }

    private SaitsLayer[] Layers(string name, int count, Philox random)
    {
        var layers = new SaitsLayer[count];
        for (int i = 0; i < count; i++)
            layers[i] = AddModule($"{name}.layer.{i}", new SaitsLayer(_width, _heads, random.Fork((ulong)i)));
        return layers;
    }

    private static Tensor Input(Tape tape, float[] values, int columns)
    {
        Tensor tensor = tape.Input(new Shape(values.Length / columns, columns));
        values.CopyTo(tensor.Data);
        return tensor;
    }
}
