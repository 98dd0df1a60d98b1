using System.Text;
using System.Text.Json;
using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Methods;

namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>Keeps what was learnt and scored, so that a run that was ended goes on where it stood, and several runs make one
/// table.</summary>
internal sealed class WorkFolder
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    private readonly string _path;

    public WorkFolder(string path)
    {
        _path = path;
        Directory.CreateDirectory(path);
    }

    /// <summary>The file of a name.</summary>
    public string PathOf(string name) => Path.Combine(_path, name);

    /// <summary>What is kept under a name; null where there is nothing.</summary>
    public T? Find<T>(string name)
        where T : class
    {
        string path = PathOf(name + ".json");
        return File.Exists(path) ? JsonSerializer.Deserialize<T>(File.ReadAllText(path)) : null;
    }

    /// <summary>What is kept under a name, made where there is nothing.</summary>
    public T Kept<T>(string name, Func<T> make)
        where T : class
    {
        if (Find<T>(name) is { } found)
            return found;
        T made = make();
        Write(name + ".json", path => File.WriteAllText(path, JsonSerializer.Serialize(made, s_indented)));
        return made;
    }

    /// <summary>The model of a name, trained where there is none.</summary>
    public DiffusionGenerator Model(string name, Func<DiffusionGenerator> train)
    {
        string path = PathOf(name + ".model");
        if (File.Exists(path))
        {
            using var reader = new BinaryReader(File.OpenRead(path), Encoding.UTF8);
            return GenerationMethods.Load(reader);
        }
        DiffusionGenerator trained = train();
        Write(name + ".model", file =>
        {
            using var writer = new BinaryWriter(File.Create(file), Encoding.UTF8);
            trained.Save(writer);
        });
        return trained;
    }

    private void Write(string name, Action<string> write)
    {
        write(PathOf(name + ".part"));
        File.Move(PathOf(name + ".part"), PathOf(name), overwrite: true);
    }
}
