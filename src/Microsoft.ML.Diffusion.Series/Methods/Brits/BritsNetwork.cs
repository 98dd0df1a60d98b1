using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Series.Methods.Networks;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Brits;

/// <summary>BRITS (Cao et al. 2018): two recurrent networks, one forwards and one backwards in time, whose mean fills.</summary>
internal sealed class BritsNetwork : WindowNetwork
{
    // The weight of the distance between what both directions say.
    private const float Consistency = 0.1f;

    private readonly int _width;
    private readonly RecurrentDirection _forwards;
    private readonly RecurrentDirection _backwards;

    public BritsNetwork(int variables, int steps, int width, Philox random)
        : base(variables, steps)
    {
        _width = width;
        _forwards = AddModule("forwards", new RecurrentDirection(variables, width, random.Fork(0)));
        _backwards = AddModule("backwards", new RecurrentDirection(variables, width, random.Fork(1)));
    }

    public override void SaveSizes(BinaryWriter writer) => writer.Write(_width);

    public override void Fill(Tape tape, WindowBatch batch, Span<float> filled)
    {
        (Tensor[] first, Tensor[] second) = Say(tape, batch);
        for (int t = 0; t < Steps; t++)
        {
            ReadOnlySpan<float> forwards = first[t].Data, backwards = second[t].Data;
            for (int i = 0; i < batch.Count * Variables; i++)
            {
                (int row, int v) = Math.DivRem(i, Variables);
                int from = row * 3 * Variables + 2 * Variables + v;
                filled[(row * Steps + t) * Variables + v] = (forwards[from] + backwards[from]) / 2;
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>The loss is the mean over steps of the mean absolute error of the three predictions of each direction, and a tenth of the
    /// mean distance between the directions.</remarks>
    public override double Gradient(Tape tape, WindowBatch batch, Philox random)
    {
        (Tensor[] first, Tensor[] second) = Say(tape, batch);
        Tensor all = tape.Concat([.. first, .. second]);
        ReadOnlySpan<float> said = all.Data;
        float[] slopes = new float[said.Length];
        int columns = all.Columns, width = 3 * Variables;
        double loss = 0;
        for (int t = 0; t < Steps; t++)
        {
            float known = 0;
            for (int i = 0; i < batch.Count * Variables; i++)
                known += batch.Known[(i / Variables * Steps + t) * Variables + i % Variables];
            float weight = 1 / (Math.Max(known, 1) * Steps), between = Consistency / (batch.Count * Variables * Steps);
            for (int i = 0; i < batch.Count * Variables; i++)
            {
                (int row, int v) = Math.DivRem(i, Variables);
                int cell = (row * Steps + t) * Variables + v, at = row * columns + t * width + v;
                for (int part = 0; part < 6 && batch.Known[cell] != 0; part++)
                {
                    int place = at + (part / 3 * Steps * width) + part % 3 * Variables;
                    float error = said[place] - batch.Values[cell];
                    loss += weight * Math.Abs(error);
                    slopes[place] = weight * Math.Sign(error);
                }
                int forwards = at + 2 * Variables, backwards = forwards + Steps * width;
                float distance = said[forwards] - said[backwards];
                loss += between * Math.Abs(distance);
                slopes[forwards] += between * Math.Sign(distance);
                slopes[backwards] -= between * Math.Sign(distance);
            }
        }
        GivenSlopes.Backward(tape, all, slopes);
        _forwards.KeepApart();
        _backwards.KeepApart();
        return loss;
    }

    /// <summary>What both directions say of each step, in the order of the steps.</summary>
    private (Tensor[] Forwards, Tensor[] Backwards) Say(Tape tape, WindowBatch batch)
    {
        Tensor[] values = OfSteps(tape, batch, i => batch.Values[i]), known = OfSteps(tape, batch, i => batch.Known[i]);
        Tensor[] missing = OfSteps(tape, batch, i => 1 - batch.Known[i]);
        float[] before = Gaps(batch, 1), after = Gaps(batch, -1);
        Tensor[] forwards = _forwards.Forward(tape, values, known, missing, OfSteps(tape, batch, i => before[i]));
        Tensor[] gaps = OfSteps(tape, batch, i => after[i]);
        foreach (Tensor[] steps in (ReadOnlySpan<Tensor[]>)[values, known, missing, gaps])
            Array.Reverse(steps);
        Tensor[] backwards = _backwards.Forward(tape, values, known, missing, gaps);
        Array.Reverse(backwards);
        return (forwards, backwards);
    }

    private Tensor[] OfSteps(Tape tape, WindowBatch batch, Func<int, float> of)
    {
        var tensors = new Tensor[Steps];
        for (int t = 0; t < Steps; t++)
        {
            tensors[t] = tape.Input(new Shape(batch.Count, Variables));
            Span<float> to = tensors[t].Data;
            for (int i = 0; i < to.Length; i++)
                to[i] = of((i / Variables * Steps + t) * Variables + i % Variables);
        }
        return tensors;
    }

    /// <summary>The time since each variable was last known (equation 2 of the paper): 0 at the first step.</summary>
    private float[] Gaps(WindowBatch batch, int direction)
    {
        float[] gaps = new float[batch.Known.Length];
        for (int row = 0; row < batch.Count; row++)
        {
            for (int i = 1; i < Steps; i++)
            {
                int t = direction > 0 ? i : Steps - 1 - i, last = t - direction;
                float time = Math.Abs(batch.Times[row * Steps + t] - batch.Times[row * Steps + last]);
                for (int v = 0; v < Variables; v++)
                {
                    int cell = (row * Steps + t) * Variables + v, earlier = (row * Steps + last) * Variables + v;
                    gaps[cell] = time + (batch.Known[earlier] == 0 ? gaps[earlier] : 0);
                }
            }
        }
        return gaps;
    }
}
