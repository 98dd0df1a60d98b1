using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Brits;

// The layer, not the folder of the method that draws lines.
using Linear = Microsoft.ML.Diffusion.Tensors.Linear;

/// <summary>One direction of BRITS (RITS; Cao et al. 2018, section 4.3): at each step, what the state says of the values, what the other
/// variables say, and a mean of both; then the state goes on with the observed values and, where there is none, with that mean.</summary>
internal sealed class RecurrentDirection : Module
{
    private readonly int _width;
    private readonly Linear _stateDecay;
    private readonly Parameter _valueDecay;
    private readonly Parameter _valueDecayBias;
    private readonly Linear _history;
    private readonly Linear _others;
    private readonly Linear _share;
    private readonly Linear _seen;
    private readonly Linear _state;

    public RecurrentDirection(int variables, int width, Philox random)
    {
        _width = width;
        _stateDecay = AddModule("state_decay", new Linear(variables, width, random.Fork(0), Activation.Decay));
        _valueDecay = AddParameter("value_decay", new Shape(variables));
        Initializer.Uniform(_valueDecay, 0.1f, random.Fork(1));
        _valueDecayBias = AddParameter("value_decay_bias", new Shape(variables));
        _history = AddModule("history", new Linear(width, variables, random.Fork(2)));
        _others = AddModule("others", new Linear(variables, variables, random.Fork(3)));
        _share = AddModule("share", new Linear(2 * variables, variables, random.Fork(4), Activation.Sigmoid));
        _seen = AddModule("seen", new Linear(2 * variables, 4 * width, random.Fork(5)));
        _state = AddModule("state", new Linear(width, 4 * width, random.Fork(6), bias: false));
        Diagonal(_others.Weight.Update(), variables);
    }

    /// <summary>Takes the gradient off the weights by which a variable would predict itself, which stay zero.</summary>
    public void KeepApart() => Diagonal(_others.Weight.Gradient, _others.Weight.Shape.Columns);

    /// <summary>Goes through the steps in one direction.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="values">For each step [windows, variables]: the values, 0 where missing.</param>
    /// <param name="known">For each step: 1 where a value is known, else 0.</param>
    /// <param name="missing">For each step: 1 where no value is known, else 0.</param>
    /// <param name="gaps">For each step: the time since each variable was last known, in steps.</param>
    /// <returns>For each step [windows, 3 variables]: what the state, the others and both say.</returns>
    public Tensor[] Forward(Tape tape, Tensor[] values, Tensor[] known, Tensor[] missing, Tensor[] gaps)
    {
        int rows = values[0].Rows;
        Tensor state = Zeros(tape, rows), memory = Zeros(tape, rows);
        var said = new Tensor[values.Length];
        for (int t = 0; t < said.Length; t++)
        {
            state = tape.Multiply(state, _stateDecay.Forward(tape, gaps[t]));
            Tensor history = _history.Forward(tape, state);
            Tensor others = _others.Forward(tape, tape.Add(values[t], tape.Multiply(missing[t], history)));
            Tensor decay = tape.Apply(
                tape.Add(tape.Multiply(gaps[t], tape.Use(_valueDecay)), tape.Use(_valueDecayBias)), Activation.Decay);
            Tensor share = _share.Forward(tape, tape.Concat(decay, known[t]));
            Tensor both = tape.Add(history, tape.Multiply(share, tape.Subtract(others, history)));
            said[t] = tape.Concat(history, others, both);
            Tensor filled = tape.Add(values[t], tape.Multiply(missing[t], both));
            (state, memory) = Next(tape, tape.Concat(filled, known[t]), state, memory);
        }
        return said;
    }

    /// <summary>A cell of long short-term memory (Hochreiter and Schmidhuber 1997; forget gates by Gers et al. 2000).</summary>
    private (Tensor State, Tensor Memory) Next(Tape tape, Tensor seen, Tensor state, Tensor memory)
    {
        // Input, new, output and forget gate side by side.
        Tensor gates = _seen.Forward(tape, seen, addend: _state.Forward(tape, state));
        Tensor kept = tape.Multiply(tape.Apply(tape.Slice(gates, 3 * _width, _width), Activation.Sigmoid), memory);
        Tensor next = tape.Add(kept, tape.Gate(tape.Slice(gates, 0, 2 * _width)));
        return (tape.Gate(tape.Concat(tape.Slice(gates, 2 * _width, _width), next)), next);
    }

    private Tensor Zeros(Tape tape, int rows)
    {
        Tensor zeros = tape.Input(new Shape(rows, _width));
        zeros.Data.Clear();
        return zeros;
    }

    private static void Diagonal(Span<float> matrix, int columns)
    {
        for (int i = 0; i < columns; i++)
            matrix[i * (columns + 1)] = 0;
    }
}
