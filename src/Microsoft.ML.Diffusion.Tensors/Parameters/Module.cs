namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>A part of a network: parameters and smaller modules, each under a name.</summary>
public abstract class Module
{
    private readonly List<Parameter> _parameters = [];
    private readonly List<(string Name, Module Module)> _children = [];

    /// <summary>Every parameter of this module and those below it, with its path, such as "blocks.0.weight".</summary>
    public IEnumerable<(string Path, Parameter Parameter)> NamedParameters()
    {
        foreach (Parameter parameter in _parameters)
            yield return (parameter.Name, parameter);
        foreach ((string name, Module module) in _children)
        {
            foreach ((string path, Parameter parameter) in module.NamedParameters())
                yield return ($"{name}.{path}", parameter);
        }
    }

    /// <summary>Every parameter of this module and those below it.</summary>
    public IReadOnlyList<Parameter> Parameters() => [.. NamedParameters().Select(p => p.Parameter)];

    /// <summary>The number of trainable elements.</summary>
    public long ParameterCount() => NamedParameters().Sum(p => (long)p.Parameter.Shape.Count);

    /// <summary>A copy of every parameter's value.</summary>
    public StateDictionary SaveState()
    {
        var state = new StateDictionary();
        foreach ((string path, Parameter parameter) in NamedParameters())
            state.Add(path, parameter.Shape, parameter.Value);
        return state;
    }

    /// <summary>Sets every parameter from a state of the same network.</summary>
    /// <exception cref="InvalidDataException">A parameter is missing, has another shape, or is not one of this network's.</exception>
    public void LoadState(StateDictionary state)
    {
        var parameters = NamedParameters().ToList();
        foreach ((string path, Parameter parameter) in parameters)
        {
            if (!state.TryGet(path, out Shape shape, out ReadOnlySpan<float> values))
                throw new InvalidDataException($"The saved state has no parameter '{path}', which this network needs.");
            if (shape != parameter.Shape)
                throw new InvalidDataException($"The saved parameter '{path}' is {shape}, and this network's is {parameter.Shape}.");
            values.CopyTo(parameter.Update());
        }

        if (state.Count != parameters.Count)
        {
            string unknown = state.Names.Except(parameters.Select(p => p.Path), StringComparer.Ordinal).First();
            throw new InvalidDataException($"The saved state has a parameter '{Shown(unknown)}', which this network does not know.");
        }
    }

    /// <summary>Makes a network from a state that was read from a file.</summary>
    /// <remarks>How wide and how deep the network is may come from the same file: a network of more parameters than the state holds is
    /// refused before memory is taken for them.</remarks>
    /// <param name="state">The state.</param>
    /// <param name="create">Makes the network; on the thread that calls it.</param>
    /// <exception cref="InvalidDataException">The state is of another network, or holds a number that is not finite.</exception>
    public static TModule FromState<TModule>(StateDictionary state, Func<TModule> create)
        where TModule : Module
    {
        if (!state.IsFinite)
            throw new InvalidDataException("The weights of the network are damaged: one is not a finite number.");
        using (ParameterRoom.Open(state.ValueCount))
        {
            TModule module = create();
            module.LoadState(state);
            return module;
        }
    }

    // A name of a file may hold anything.
    private static string Shown(string name) => string.Concat(name.Take(60).Select(letter => char.IsControl(letter) ? '?' : letter));

    /// <summary>Makes a parameter of this module.</summary>
    protected Parameter AddParameter(string name, Shape shape)
    {
        var parameter = new Parameter(name, shape);
        _parameters.Add(parameter);
        return parameter;
    }

    /// <summary>Makes a module part of this one.</summary>
    protected TModule AddModule<TModule>(string name, TModule module)
        where TModule : Module
    {
        _children.Add((name, module));
        return module;
    }
}
