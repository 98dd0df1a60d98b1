using System.Reflection;

namespace Microsoft.ML.Runtime;

// The loadable classes of the assemblies registered so far.
public sealed class ComponentCatalog
{
    private readonly HashSet<Assembly> _assemblies = [];
    private readonly Dictionary<(Type Signature, string Name), LoadableClassAttributeBase> _classes = [];

    internal ComponentCatalog()
    {
    }

    public void RegisterAssembly(Assembly assembly, bool throwOnError = true)
    {
        lock (_assemblies)
        {
            if (!_assemblies.Add(assembly))
                return;
            foreach (LoadableClassAttributeBase found in assembly.GetCustomAttributes<LoadableClassAttributeBase>())
            {
                foreach (Type signature in found.SigTypes)
                {
                    foreach (string name in found.LoadNames)
                        _classes[(signature, Normalize(name))] = found;
                }
            }
        }
    }

    internal bool TryCreate(Type signature, string name, IHostEnvironment env, object[] arguments, out object created)
    {
        LoadableClassAttributeBase found;
        lock (_assemblies)
            _classes.TryGetValue((signature, Normalize(name)), out found);
        created = found?.CreateInstance(env, arguments);
        return created != null;
    }

    private static string Normalize(string name) => name.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
}
