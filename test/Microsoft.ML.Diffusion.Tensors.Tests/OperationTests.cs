using System.Reflection;

namespace Microsoft.ML.Diffusion.Tensors.Tests;

/// <summary>What must hold of every operation of the managed engine (<see cref="OperationCases"/>).</summary>
public class OperationTests
{
    public static TheoryData<string> Names => [.. OperationCases.All.Keys];

    /// <summary>With a block of lanes that is not full, and with one that is full and another.</summary>
    public static TheoryData<string, int> Sizes
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (string name in OperationCases.All.Keys)
            {
                data.Add(name, 6);
                data.Add(name, 18);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_gradient_is_that_of_central_differences(string name, int columns)
    {
        OperationCase one = OperationCases.All[name](12, columns);
        Parameter[] parameters = one.NewParameters();
        GradientCheck.Run((tape, x) => GradientCheck.Weigh(tape, one.Run(tape, x, parameters)), one.Inputs, parameters);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_gradient_is_added_to_what_is_there(string name)
    {
        OperationCase one = OperationCases.All[name](12, 6);
        Parameter[] parameters = one.NewParameters();
        GradientCheck.Run(
            (tape, x) => GradientCheck.Weigh(tape, tape.Add(one.Run(tape, x, parameters), tape.Scale(one.Run(tape, x, parameters), 0.5f))),
            one.Inputs, parameters);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_bits_depend_on_neither_vector_width_nor_thread_count(string name)
    {
        // So many elements that several threads take part.
        OperationCase one = OperationCases.All[name](12 * 128, 30);
        float[] expected = Results(one, new ManagedEngineOptions { Threads = 1 });
        Assert.Contains(expected, value => value != 0);
        foreach (int width in ExactnessTests.Widths())
        {
            Assert.Equal(expected, Results(one, new ManagedEngineOptions { Threads = 1, VectorWidth = width }));
            Assert.Equal(expected, Results(one, new ManagedEngineOptions { Threads = 3, VectorWidth = width }));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_warm_step_allocates_nothing(string name)
    {
        OperationCase one = OperationCases.All[name](24, 18);
        Parameter[] parameters = one.NewParameters();
        using var engine = new ManagedEngine(2);
        using Tape tape = engine.CreateTape(training: true);
        var inputs = new Tensor[one.Inputs.Length];
        long allocated = Allocations.OfWarm(() =>
        {
            tape.Reset();
            for (int i = 0; i < inputs.Length; i++)
            {
                inputs[i] = tape.Input(one.Inputs[i], requiresGradient: true);
                inputs[i].Data.Fill(1);
            }

            Tensor y = one.Run(tape, inputs, parameters), target = tape.Input(y.Shape);
            target.Data.Clear();
            tape.Backward(tape.MaskedSquaredError(y, target, null));
        });
        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Every_operation_of_the_tape_has_a_case()
    {
        string[] operations =
        [
            .. typeof(Tape).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                .Where(method => method.ReturnType == typeof(Tensor)).Select(method => method.Name)
                .Except([nameof(Tape.Input), nameof(Tape.Use)], StringComparer.Ordinal),
        ];
        Assert.NotEmpty(operations);
        Assert.Equal(operations.Order(), OperationCases.All.Keys.Select(name => name.Split(' ')[0]).Distinct().Order());
    }

    /// <summary>The result and every gradient.</summary>
    private static float[] Results(OperationCase one, ManagedEngineOptions options)
    {
        using var engine = new ManagedEngine(options);
        using Tape tape = engine.CreateTape(training: true);
        Parameter[] parameters = one.NewParameters();
        Tensor[] inputs = [.. one.Inputs.Select(shape => tape.Input(shape, requiresGradient: true))];
        for (int i = 0; i < inputs.Length; i++)
            new Philox(8, (ulong)i).FillNormal(inputs[i].Data);
        Tensor y = one.Run(tape, inputs, parameters);
        tape.Backward(GradientCheck.Weigh(tape, y));
        return
        [
            .. y.Data, .. inputs.SelectMany(input => input.Gradient.ToArray()),
            .. parameters.SelectMany(parameter => parameter.Gradient.ToArray()),
        ];
    }
}
