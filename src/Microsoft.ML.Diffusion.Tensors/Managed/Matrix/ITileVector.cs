namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>What a matrix product needs of a vector register.</summary>
internal unsafe interface ITileVector<T>
    where T : struct
{
    /// <summary>The number of floats.</summary>
    static abstract int Width { get; }

    /// <summary>The same number in every lane.</summary>
    static abstract T Create(float value);

    static abstract T Load(float* source);

    /// <summary>The upper halves of as many floats as two vectors have: those of the first vector lie in the lower halves of what is loaded,
    /// those of the second in the upper ones (<see cref="ShortWeight"/>).</summary>
    static abstract (T First, T Second) LoadShort(uint* source);

    static abstract void Store(float* target, T value);

    /// <summary>a b + c, rounded once.</summary>
    static abstract T MultiplyAdd(T a, T b, T c);
}
